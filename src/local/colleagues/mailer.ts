/**
 * How a colleague's answers get to the one who asked.
 *
 * @module
 */
import type { AgentClient } from "./agent_client.ts";
import type { InboxMessage } from "./message.ts";
import { REST_NOTE, SenderLimit } from "./sender_limit.ts";

/** Sends answers, and knows who has had enough of them. */
export class Mailer {
  readonly #client: AgentClient;
  readonly #limit = new SenderLimit();

  constructor(client: AgentClient) {
    this.#client = client;
  }

  /**
   * Answers a message, with patience while the platform is in trouble. A person is written to, a peer
   * gets a message that says that it is an answer.
   *
   * @param think Makes the answer, unless there is to be none
   */
  async answer(message: InboxMessage, think: () => string | Promise<string>): Promise<void> {
    if (message.isReply) return;
    const { from } = message;
    const turn = from === null ? "answer" : this.#limit.next(from);
    if (turn === "rest") return;
    const thought = await think();
    if (this.#client.signal.aborted) return;
    if (from === null) {
      await this.#client.persist(() => this.#client.notify(thought));
      return;
    }
    const text = turn === "last answer" ? `${thought}\n\n${REST_NOTE}` : thought;
    const messageId = crypto.randomUUID(); // The same each time: repeating does no harm.
    const options = { messageId, inReplyTo: message.id };
    await this.#client.persist(() => this.#client.send(from, text, options));
  }
}
