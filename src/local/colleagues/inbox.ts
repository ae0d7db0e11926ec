/**
 * The inbox of a poll-mode colleague: its activity log, read with `since_id`.
 *
 * @module
 */
import { isObject } from "../state/json.ts";
import type { AgentClient } from "./agent_client.ts";
import { type InboxMessage, messageOfRow } from "./message.ts";

const GONE = 410;

/** Reads on from what was acknowledged, also by an earlier run. */
export class Inbox {
  readonly #client: AgentClient;
  /** The last row read; undefined: none, or it is there no more. */
  #cursor: string | undefined;
  #doneSeq: number | undefined;

  constructor(client: AgentClient) {
    this.#client = client;
  }

  /** The messages that have come, oldest first; undefined: the platform did not tell. */
  async next(): Promise<{ readonly seq: number; readonly message: InboxMessage }[] | undefined> {
    this.#doneSeq ??= await this.#acknowledge(0);
    const doneSeq = this.#doneSeq;
    if (doneSeq === undefined) return undefined;
    const rows = await this.#client.activity(this.#cursor);
    if (!Array.isArray(rows)) {
      if (rows.status === GONE) this.#cursor = undefined;
      return undefined;
    }
    const last = rows.at(-1);
    if (typeof last?.id === "string") this.#cursor = last.id;
    return rows.flatMap((row) => {
      const message = messageOfRow(row);
      const seq = typeof row.seq === "number" ? row.seq : 0;
      return message && seq > doneSeq ? [{ seq, message }] : [];
    });
  }

  /** The message needs no more answer, now or after a restart. */
  async done(seq: number): Promise<void> {
    this.#doneSeq = Math.max(this.#doneSeq ?? 0, seq);
    await this.#acknowledge(seq);
  }

  async #acknowledge(seq: number): Promise<number | undefined> {
    const path = this.#client.path("/activity/ack");
    const { status, body } = await this.#client.call("POST", path, { acked_seq: seq });
    const last = isObject(body) ? body.last_acked_seq : undefined;
    return status === 200 && typeof last === "number" ? last : undefined;
  }
}
