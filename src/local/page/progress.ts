/**
 * What agents say that they are doing, while they do it.
 *
 * @module
 */
import { cutText } from "../../lib/cut_text.ts";

const MAX_TASK_UNITS = 500;

/** What is shown of a task: an agent may name it at any length. */
export function shownTask(text: string): string {
  return cutText(text, MAX_TASK_UNITS);
}

/** Tells when it changes. */
export class Progress {
  /** By workspace: its task, as its last heartbeat had it. */
  readonly #tasks = new Map<string, string>();
  readonly #told = new Map<string, string>();
  readonly #onChange: (workspaceId: string, text: string | null) => void;

  /** @param onChange Called with null when it does nothing more */
  constructor(onChange: (workspaceId: string, text: string | null) => void) {
    this.#onChange = onChange;
  }

  /** A heartbeat names a task; empty: none. */
  task(workspaceId: string, given: string): void {
    const text = shownTask(given);
    if ((this.#tasks.get(workspaceId) ?? "") === text) return;
    if (text === "") this.#tasks.delete(workspaceId);
    else this.#tasks.set(workspaceId, text);
    this.note(workspaceId, text);
  }

  /** The agent reports something in between. */
  note(workspaceId: string, given: string): void {
    const text = shownTask(given);
    if ((this.#told.get(workspaceId) ?? "") === text) return;
    if (text === "") this.#told.delete(workspaceId);
    else this.#told.set(workspaceId, text);
    this.#onChange(workspaceId, text === "" ? null : text);
  }

  /** It has answered: what it reported in between is over, its task may not be. */
  answered(workspaceId: string): void {
    this.note(workspaceId, this.#tasks.get(workspaceId) ?? "");
  }
}
