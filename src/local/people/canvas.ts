/**
 * The canvas of the user: what agents wrote with `notify`.
 *
 * @module
 */
import type { JsonObject } from "../state/json.ts";

/** A message that an agent wrote to its user. */
export interface UserMessage {
  workspaceId: string;
  message: string;
  /** As given to `notify`: `uri`, `name`, `mimeType`, `size`. */
  attachments: JsonObject[];
  /** RFC 3339. */
  createdAt: string;
}

/** Keeps the messages and tells those who watch. */
export class Canvas {
  readonly #messages: UserMessage[] = [];
  readonly #listeners = new Set<(message: UserMessage) => void>();

  /** Shows a message. */
  show(message: UserMessage): void {
    this.#messages.push(message);
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
}
