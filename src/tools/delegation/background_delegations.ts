import { CurrentTasks } from "./current_tasks.ts";
import type { Outcome } from "./outcome.ts";

/** A delegation that outlived its tool call. */
export interface BackgroundDelegation {
  readonly delegationId: string;
  readonly sourceId: string;
  readonly targetId: string;
  /** Absent while the peer is still at work. */
  readonly outcome?: Outcome;
}

/** How many delegations are kept; the oldest finished ones are dropped first. */
const MAX_KEPT = 200;

/**
 * Delegations whose answer did not arrive within the tool call: the HTTP request continues here, so
 * that the whole answer (the platform's log keeps only 300 bytes) can be fetched with
 * check_task_status.
 */
export class BackgroundDelegations {
  /** What the canvas shows that each workspace is doing. */
  readonly currentTasks = new CurrentTasks();
  readonly #delegations = new Map<string, BackgroundDelegation>();
  readonly #tracked = new Set<Promise<void>>();

  /** Keeps track of work that no call waits for; it must not reject. */
  track(work: Promise<void>): void {
    this.#tracked.add(work);
    work.then(() => this.#tracked.delete(work));
  }

  /** Resolves when all tracked work has ended. */
  async idle(): Promise<void> {
    while (this.#tracked.size > 0) await Promise.all(this.#tracked);
  }

  /** Takes over a running request. `answer` must not reject. */
  add(delegation: Omit<BackgroundDelegation, "outcome">, answer: Promise<Outcome>): void {
    const id = delegation.delegationId;
    this.#delegations.set(id, delegation);
    this.#forgetOldest();
    answer.then((outcome) => {
      if (this.#delegations.has(id)) this.#delegations.set(id, { ...delegation, outcome });
    });
  }

  get(delegationId: string, sourceId: string): BackgroundDelegation | undefined {
    const found = this.#delegations.get(delegationId);
    return found?.sourceId === sourceId ? found : undefined;
  }

  /** Newest first. */
  list(sourceId: string): BackgroundDelegation[] {
    return [...this.#delegations.values()].filter((d) => d.sourceId === sourceId).reverse();
  }

  #forgetOldest(): void {
    for (const [id, { outcome }] of this.#delegations) {
      if (this.#delegations.size <= MAX_KEPT) return;
      if (outcome) this.#delegations.delete(id);
    }
  }
}
