/**
 * A colleague that is called and takes its time: it says at once that it has the task, and sends the
 * result later. While it works the platform knows it as busy, and keeps what others send it. It notes what it
 * was asked, and deletes notes only after the user has approved that.
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import type { AgentClient } from "./agent_client.ts";
import { withCaller } from "./caller_of.ts";
import type { Heart } from "./heart.ts";
import { Mailer } from "./mailer.ts";
import { isAboutRequest, isNotice } from "../delivery/enqueue.ts";
import { Deletions, subjectToDelete } from "./deletions.ts";
import type { InboxMessage, Message } from "./message.ts";
import { MOST_NOTES, Notes } from "./notes.ts";
import { quoted, shortened } from "./texts.ts";

/** Tasks that it has taken and not begun; the platform rarely lets more than one through. */
const MOST_WAITING = 8;
const SHELVES = 3;

/** What it answers at once. */
export const TAKEN =
  "I am looking through the archive. The result comes to you as a message, in some seconds.";

/** Works on one task after the other. */
export class Archivist {
  readonly #client: AgentClient;
  readonly #heart: Heart;
  readonly #workMs: number;
  readonly #mailer: Mailer;
  readonly #notes: Notes;
  readonly #deletions: Deletions;
  readonly #waiting: Message[] = [];
  #working: Promise<void> | undefined;

  /**
   * @param workMs How long a task takes
   * @param lookMs Between two looks at what the user has not decided
   */
  constructor(client: AgentClient, heart: Heart, workMs: number, lookMs: number) {
    this.#client = client;
    this.#heart = heart;
    this.#workMs = workMs;
    this.#mailer = new Mailer(client);
    this.#notes = new Notes(client);
    this.#deletions = new Deletions(client, this.#notes, lookMs);
  }

  /** Goes on with what an earlier run has asked. */
  begin(): void {
    this.#deletions.follow();
  }

  /** The answer to the call; undefined: it has too much to do. */
  async called(message: Message): Promise<string | undefined> {
    if (message.isReply) return "";
    if (isNotice(message.id)) {
      if (isAboutRequest(message.id)) this.#deletions.follow();
      return "";
    }
    if (this.#waiting.length >= MOST_WAITING) return undefined;
    this.#waiting.push(message);
    // Before the answer: whoever has it finds the colleague busy.
    await this.#heart.beat({ activeTasks: 1, currentTask: taskOf(message, 1) });
    this.#working ??= this.#work().finally(() => this.#working = undefined);
    return message.claimsUser ? "" : TAKEN;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#working;
    await this.#deletions.idle();
  }

  async #work(): Promise<void> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message === undefined || this.#client.signal.aborted) break;
      const known = await withCaller(this.#client, message);
      if (known) await this.#mailer.answer(known, () => this.#answer(known));
    }
    await this.#heart.rest();
  }

  #answer(message: InboxMessage): Promise<string> {
    const subject = subjectToDelete(message.text);
    return subject === undefined
      ? this.#search(message)
      : this.#deletions.ask(subject, message.from);
  }

  async #search(message: Message): Promise<string> {
    for (let shelf = 1; shelf <= SHELVES && !this.#client.signal.aborted; shelf++) {
      await this.#heart.beat({ activeTasks: 1, currentTask: taskOf(message, shelf) });
      await sleep(this.#workMs / SHELVES, this.#client.signal);
    }
    const earlier = await this.#notes.about(message.text) ?? [];
    const found = earlier.length === 0
      ? "Nothing is filed under these words yet"
      : `Asked before, ${earlier.length === 1 ? "once" : `${earlier.length} times`}`;
    return `I looked through all ${SHELVES} shelves for: ${quoted(message.text)}\n` +
      `${found}; ${await this.#note(message.text)}`;
  }

  async #note(text: string): Promise<string> {
    const all = await this.#notes.about("") ?? [];
    if (all.length >= MOST_NOTES) return "my notebook is full: tell me what to forget.";
    const { status } = await this.#notes.add(text);
    return status === 201 ? "I have made a note of them." : "I could not make a note of them.";
  }
}

function taskOf({ text }: Message, shelf: number): string {
  return `Shelf ${shelf} of ${SHELVES}: ${shortened(text)}`;
}
