/**
 * The notes of the archivist: memories of its own workspace, on the platform.
 *
 * @module
 */
import { isObject, type JsonObject, textOf } from "../state/json.ts";
import type { AgentClient, Answer } from "./agent_client.ts";
import { quoted } from "./texts.ts";

/** The platform shows so many of them at once. */
const MOST_READ = 100;
/** Then the notebook is full. */
export const MOST_NOTES = 80;
const GONE = 404;

/** What it noted. */
export interface Note {
  readonly id: string;
  readonly text: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Reads, adds and deletes notes. */
export class Notes {
  readonly #client: AgentClient;

  constructor(client: AgentClient) {
    this.#client = client;
  }

  /** Those with every word of a subject, newest first; undefined: the platform did not tell. */
  async about(subject: string): Promise<Note[] | undefined> {
    const query = `namespace=workspace:${this.#client.id}&limit=${MOST_READ}`;
    const { status, body } = await this.#client.persist(() =>
      this.#client.call("GET", this.#client.path(`/v2/memories?${query}`))
    );
    if (status !== 200 || !isObject(body) || !Array.isArray(body.memories)) return undefined;
    const words = wordsOf(subject);
    return body.memories.filter(isObject).map(noteOf).filter(({ text }) => {
      const there = new Set(wordsOf(text));
      return words.every((word) => there.has(word));
    });
  }

  add(text: string): Promise<Answer> {
    const memory: JsonObject = { content: quoted(text), scope: "LOCAL" };
    return this.#client.call("POST", this.#client.path("/memories"), memory);
  }

  /** @returns Whether it is there no more */
  async delete({ id }: Note): Promise<boolean> {
    const path = this.#client.path(`/v2/memories/${id}`);
    const { status } = await this.#client.persist(() => this.#client.call("DELETE", path));
    return status === 200 || status === GONE;
  }
}

function noteOf({ id, content, created_at: at }: JsonObject): Note {
  return { id: textOf(id), text: textOf(content), at: textOf(at) };
}

/** The words that are searched for, in lower case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
