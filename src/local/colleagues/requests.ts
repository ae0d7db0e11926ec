/**
 * Requests as a colleague sees them: those that it raised, and those that it is asked.
 *
 * @module
 */
import { isObject, type JsonObject, textOf } from "../state/json.ts";
import type { AgentClient, Answer } from "./agent_client.ts";

/** A request. */
export interface Asked {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  readonly status: string;
  /** RFC 3339; empty: not decided. */
  readonly respondedAt: string;
  readonly createdAt: string;
}

/** What was written to one. */
export interface Written {
  readonly authorId: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Raises, reads and answers requests. */
export class Requests {
  readonly #client: AgentClient;

  constructor(client: AgentClient) {
    this.#client = client;
  }

  /**
   * Asks the user for a yes. Once: after an answer that did not come, a second try could ask twice.
   *
   * @returns Whether the platform took it
   */
  async askUser(title: string, detail: string): Promise<boolean> {
    const user = { recipient_type: "user", recipient_id: "" };
    const { status } = await this.#post("", { kind: "approval", ...user, title, detail });
    return status === 201;
  }

  /** The newest that it raised, or that it is asked; undefined: the platform did not tell. */
  async list(which: "raised" | "inbox"): Promise<Asked[] | undefined> {
    const path = which === "raised" ? "/requests" : "/requests/inbox";
    const { status, body } = await this.#client.call("GET", this.#client.path(path));
    return status === 200 && Array.isArray(body) ? body.filter(isObject).map(askedOf) : undefined;
  }

  /** What was written to it, oldest first; undefined: the platform did not tell. */
  async written({ id }: Asked): Promise<Written[] | undefined> {
    const { status, body } = await this.#client.call("GET", this.#client.path(`/requests/${id}`));
    if (status !== 200 || !isObject(body) || !Array.isArray(body.messages)) return undefined;
    return body.messages.filter(isObject).map(({ author_id, created_at }) => ({
      authorId: textOf(author_id),
      at: textOf(created_at),
    }));
  }

  write({ id }: Asked, body: string): Promise<Answer> {
    return this.#post(`/${id}/messages`, { body, ...this.#as("author") });
  }

  respond({ id }: Asked, action: "done" | "rejected"): Promise<Answer> {
    return this.#post(`/${id}/respond`, { action, ...this.#as("responder") });
  }

  #as(what: string): JsonObject {
    return { [`${what}_type`]: "agent", [`${what}_id`]: this.#client.id };
  }

  #post(path: string, body: JsonObject): Promise<Answer> {
    return this.#client.call("POST", this.#client.path(`/requests${path}`), body);
  }
}

function askedOf(item: JsonObject): Asked {
  return {
    id: textOf(item.id),
    kind: textOf(item.kind),
    title: textOf(item.title),
    detail: textOf(item.detail),
    status: textOf(item.status),
    respondedAt: textOf(item.responded_at),
    createdAt: textOf(item.created_at),
  };
}
