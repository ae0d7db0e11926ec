import { computed, signal } from "@preact/signals";
import type { ActivityView } from "../../local/page/protocol.ts";
import { merged } from "./merge.ts";

/** Heartbeats come without end: they are kept apart, so that they push nothing else out. */
const HEARTBEAT = "heartbeat";
const KEPT = 1_000;
const KEPT_HEARTBEATS = 200;

/** The activity log, and what of it is shown. */
export class Activity {
  readonly workspaceId = signal("");
  readonly type = signal("");
  readonly withHeartbeats = signal(false);

  readonly #lines = signal<readonly ActivityView[]>([]);
  readonly #heartbeats = signal<readonly ActivityView[]>([]);

  /** The types that there are, in order. */
  readonly types = computed(() => [...new Set(this.#lines.value.map(({ type }) => type))].sort());

  /** Newest first. */
  readonly shown = computed(() => {
    const type = this.type.value;
    const workspaceId = this.workspaceId.value;
    const lines = this.withHeartbeats.value
      ? merged(this.#lines.value, this.#heartbeats.value)
      : this.#lines.value;
    return lines.filter((line) =>
      (type === "" || line.type === type || line.type === HEARTBEAT) &&
      (workspaceId === "" || concerns(line, workspaceId))
    ).reverse();
  });

  /** Lines that the platform tells of. */
  add(lines: readonly ActivityView[]): void {
    const isHeartbeat = ({ type }: ActivityView) => type === HEARTBEAT;
    const others = lines.filter((line) => !isHeartbeat(line));
    const heartbeats = lines.filter(isHeartbeat);
    if (others.length > 0) this.#lines.value = merged(this.#lines.value, others).slice(-KEPT);
    if (heartbeats.length > 0) {
      this.#heartbeats.value = merged(this.#heartbeats.value, heartbeats).slice(-KEPT_HEARTBEATS);
    }
  }

  /** Forgets everything: another platform is there now. */
  clear(): void {
    this.#lines.value = [];
    this.#heartbeats.value = [];
  }
}

function concerns(line: ActivityView, workspaceId: string): boolean {
  return [line.workspaceId, line.sourceId, line.targetId].includes(workspaceId);
}
