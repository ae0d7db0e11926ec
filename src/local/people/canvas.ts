/**
 * The canvas of the user: what agents wrote with `notify`, and what the user writes.
 *
 * @module
 */
import { unitsOf } from "../state/budget.ts";
import type { Json, JsonObject } from "../state/json.ts";

/** A message that an agent wrote to its user. */
export interface UserMessage {
  workspaceId: string;
  message: string;
  /** As given to `notify`: `uri`, `name`, `mimeType`, `size`. */
  attachments: JsonObject[];
  /** RFC 3339. */
  createdAt: string;
}

/** The platform's answer to a call. */
export interface CallAnswer {
  status: number;
  body: Json;
}

/** What the user writes to a workspace. */
export interface UserLine {
  workspaceId: string;
  text: string;
  /** As the message names them: `uri`, `name`, `mimeType`, `size`. */
  files: readonly Json[];
  answer: Promise<CallAnswer>;
}

/** How many messages of agents are kept; the page keeps its own. */
const MAX_MESSAGES = 10_000;
/** UTF-16 units of all of them as JSON. */
const MAX_UNITS = 32 * 1024 ** 2;

/** Keeps the messages of agents and tells those who watch. */
export class Canvas {
  readonly #messages: UserMessage[] = [];
  #units = 0;
  readonly #listeners = new Set<(message: UserMessage) => void>();
  readonly #lineListeners = new Set<(line: UserLine) => void>();

  /** Shows a message. */
  show(message: UserMessage): void {
    this.#messages.push(message);
    this.#units += unitsOf(message);
    while (this.#messages.length > MAX_MESSAGES || this.#units > MAX_UNITS) {
      const oldest = this.#messages.shift();
      if (!oldest) break;
      this.#units -= unitsOf(oldest);
    }
    for (const listener of this.#listeners) listener(message);
  }

  /** The messages of one workspace, oldest first. */
  messages(workspaceId: string): UserMessage[] {
    const id = workspaceId.toLowerCase();
    return this.#messages.filter((message) => message.workspaceId === id);
  }

  /** Watches until the returned function is called. */
  subscribe(listener: (message: UserMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells of what the user writes. */
  wrote(line: UserLine): void {
    for (const listener of this.#lineListeners) listener(line);
  }

  /** Watches what the user writes, until the returned function is called. */
  subscribeToUser(listener: (line: UserLine) => void): () => void {
    this.#lineListeners.add(listener);
    return () => {
      this.#lineListeners.delete(listener);
    };
  }
}
