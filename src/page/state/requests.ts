import { computed, signal } from "@preact/signals";
import type { RequestView } from "../../local/page/protocol.ts";
import { latestFirst } from "../text/times.ts";
import { Draft } from "./draft.ts";

/** As many closed ones are kept. */
const KEPT_CLOSED = 100;

/** What agents ask for. */
export class Requests {
  readonly #all = signal<ReadonlyMap<string, RequestView>>(new Map());
  readonly #drafts = new Map<string, Draft>();

  /** The newest first. */
  readonly open = computed(() =>
    [...this.#all.value.values()].filter(isOpen)
      .sort((a, b) => latestFirst(a.createdAt, b.createdAt))
  );
  /** The last one that was decided first. */
  readonly closed = computed(() =>
    [...this.#all.value.values()].filter((request) => !isOpen(request))
      .sort((a, b) => latestFirst(a.updatedAt, b.updatedAt))
  );
  /** How many wait for the user. */
  readonly waiting = computed(() =>
    this.open.value.filter(({ recipientId }) => recipientId === null).length
  );

  /** What the platform has, at first and after a time without a connection. */
  replace(requests: readonly RequestView[]): void {
    this.#all.value = new Map(requests.map((request) => [request.id, request]));
  }

  /** A request that the platform tells of. @returns What was known of it */
  update(request: RequestView): RequestView | undefined {
    const all = new Map(this.#all.peek());
    const before = all.get(request.id);
    this.#all.value = all.set(request.id, request);
    const oldest = this.closed.peek().slice(KEPT_CLOSED);
    if (oldest.length > 0) {
      for (const { id } of oldest) all.delete(id);
      this.#all.value = new Map(all);
    }
    return before;
  }

  /** What the user is about to write to a request. */
  draft(id: string): Draft {
    const draft = this.#drafts.get(id) ?? new Draft(id);
    this.#drafts.set(id, draft);
    return draft;
  }
}

/** Whether it waits for a decision. */
export function isOpen({ status }: RequestView): boolean {
  return status === "pending" || status === "info_requested";
}
