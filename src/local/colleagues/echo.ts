/**
 * A colleague that is called, and says again what it was told.
 *
 * @module
 */
import type { AgentClient } from "./agent_client.ts";
import { withCaller } from "./caller_of.ts";
import { Mailer } from "./mailer.ts";
import type { Message } from "./message.ts";
import { quoted } from "./texts.ts";

/** Answers to the user that wait for a platform in trouble. */
const MOST_RUNNING = 100;

/** Answers a peer at once, and the user with a message. */
export class Echo {
  readonly #client: AgentClient;
  readonly #mailer: Mailer;
  readonly #running = new Set<Promise<void>>();

  constructor(client: AgentClient) {
    this.#client = client;
    this.#mailer = new Mailer(client);
  }

  /** The answer to the call; undefined: it has too much to do. */
  called(message: Message): Promise<string | undefined> {
    if (message.isReply) return Promise.resolve("");
    if (!message.claimsUser) return Promise.resolve(echoOf(message.text));
    if (this.#running.size >= MOST_RUNNING) return Promise.resolve(undefined);
    const work = this.#answerUser(message).finally(() => this.#running.delete(work));
    this.#running.add(work);
    return Promise.resolve("");
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #answerUser(message: Message): Promise<void> {
    // A peer can say that it is the user; then it gets the answer, and the user does not.
    const known = await withCaller(this.#client, message);
    if (known) await this.#mailer.answer(known, () => echoOf(message.text));
  }
}

function echoOf(text: string): string {
  return text === "" ? "Echo: (a message without text)" : `Echo: ${quoted(text)}`;
}
