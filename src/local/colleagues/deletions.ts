/**
 * Deleting notes, which the archivist does only when the user has approved it. What is asked for, by
 * whom, and what was done is all in the request: a platform that is started again goes on.
 *
 * @module
 */
import { WakeSignal } from "../../lib/wake_signal.ts";
import type { AgentClient } from "./agent_client.ts";
import { type Note, type Notes, wordsOf } from "./notes.ts";
import { isOpen } from "../requests/party.ts";
import { type Asked, Requests, type Written } from "./requests.ts";
import { quoted, shortened } from "./texts.ts";

const WISH =
  /^(?:please\s+)?(?:delete|forget|remove)\b(?:\s+(?:all|everything|the|your|old|notes?|about|on)\b)*\s*(.*?)(?:\s+notes?)?[\s.!?]*$/isu;
/** Of the note that was made last. */
const THE_LAST = /^(?:it|that|this|them|those|these)(?: notes?)?$/i;
const TITLE = /^Delete (?:all notes|the notes about “(.*)”)\?$/su;
const ASKER = /^Agent ([0-9a-f-]{36}) wants it\./;
/** Of a message that are looked at: the pattern takes long for a long one. */
const MOST_WISH_UNITS = 200;
const MOST_SUBJECT_UNITS = 60;
const NOT_READ = "I cannot read my notes now. Please tell me again in a while.";

/** What is to be deleted, when a message says so; empty: everything. */
export function subjectToDelete(text: string): string | undefined {
  const subject = WISH.exec(text.trim().slice(0, MOST_WISH_UNITS))?.[1]?.replaceAll(/\s+/g, " ");
  return subject?.slice(0, MOST_SUBJECT_UNITS).toWellFormed();
}

/** Asks the user, and does what was decided. */
export class Deletions {
  readonly #client: AgentClient;
  readonly #notes: Notes;
  readonly #requests: Requests;
  readonly #lookMs: number;
  /** Decided, and done. */
  readonly #settled = new Set<string>();
  #isWanted = false;
  readonly #wake = new WakeSignal();
  #following: Promise<void> | undefined;

  /** @param lookMs Between two looks at what is not decided: a notice may not get through */
  constructor(client: AgentClient, notes: Notes, lookMs: number) {
    this.#client = client;
    this.#notes = notes;
    this.#requests = new Requests(client);
    this.#lookMs = lookMs;
  }

  /** Asks whether notes may be deleted. @param from Who wants it; null: the user @returns An answer */
  async ask(wanted: string, from: string | null): Promise<string> {
    const subject = THE_LAST.test(wanted) ? await this.#lastSubject() ?? wanted : wanted;
    const notes = await this.#notes.about(subject);
    if (!notes) return NOT_READ;
    if (notes.length === 0) {
      return `I have no notes${
        about(subject)
      }: there is nothing to delete. Say “forget” and a word ` +
        "that is in them, or “forget everything”.";
    }
    const title = subject === "" ? "Delete all notes?" : `Delete the notes${about(subject)}?`;
    const raised = await this.#requests.list("raised");
    if (raised?.some((request) => request.title === title && isOpen(request))) {
      return `I have asked for an approval of that already, and wait for the decision.`;
    }
    const whose = from === null ? "You said so in the chat." : `Agent ${from} wants it.`;
    const detail = `${whose} Gone for good would be ${listed(notes)}`;
    if (!await this.#requests.askUser(title, detail)) {
      return "I cannot ask for an approval now, and delete nothing without one. Please tell me again.";
    }
    this.follow();
    const [whom, where] = from === null ? ["you", " under Approvals"] : ["the user", ""];
    return `I have ${counted(notes)}${
      about(subject)
    }. Deleting is for good: I have asked ${whom} for an ` +
      `approval${where}, and keep them until then.`;
  }

  /** Looks now, and from time to time until everything is decided. */
  follow(): void {
    this.#isWanted = true;
    this.#wake.wake();
    this.#following ??= this.#follow();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#following;
  }

  async #follow(): Promise<void> {
    while (this.#isWanted && !this.#client.signal.aborted) {
      this.#isWanted = false;
      this.#wake.clear();
      if (!await this.#look()) continue;
      await this.#wake.sleep(this.#lookMs, this.#client.signal);
      this.#isWanted = true;
    }
    this.#following = undefined;
  }

  /** Does what was decided, and answers what was asked. @returns Whether something is open */
  async #look(): Promise<boolean> {
    const raised = await this.#requests.list("raised");
    if (!raised) return true; // Perhaps: the platform is in trouble.
    let isWaiting = false;
    for (const request of raised.filter(({ title }) => TITLE.test(title))) {
      if (this.#client.signal.aborted) return false;
      isWaiting ||= isOpen(request);
      if (request.status === "pending" || this.#settled.has(request.id)) continue;
      const written = await this.#requests.written(request);
      if (!written) isWaiting = true;
      else if (request.status === "info_requested") await this.#explain(request, written);
      else if (request.status !== "cancelled") await this.#settle(request, written);
    }
    return isWaiting;
  }

  /** Answers what was asked back, once. */
  async #explain(request: Asked, written: readonly Written[]): Promise<void> {
    if (written.at(-1)?.authorId === this.#client.id) return;
    const notes = await this.#concerned(request);
    const text = notes
      ? `It is about ${
        listed(notes)
      }\nOnce deleted, they cannot be brought back; nothing else is touched.`
      : NOT_READ;
    await this.#requests.write(request, text);
  }

  async #settle(request: Asked, written: readonly Written[]): Promise<void> {
    const at = Date.parse(request.respondedAt);
    const isDone = written.some((message) =>
      message.authorId === this.#client.id && Date.parse(message.at) > at
    );
    const text = isDone ? undefined : await this.#carryOut(request);
    if (this.#client.signal.aborted) return; // The next start finds it undone.
    if (text !== undefined) await this.#tell(request, text);
    this.#settled.add(request.id);
  }

  async #carryOut(request: Asked): Promise<string> {
    const subject = about(subjectOf(request));
    if (request.status !== "approved") return `You said no: I keep the notes${subject}.`;
    const notes = await this.#concerned(request);
    if (!notes) return `I could not read my notes, and have deleted nothing. Please tell me again.`;
    const gone = await Promise.all(notes.map((note) => this.#notes.delete(note)));
    const deleted = notes.filter((_, index) => gone[index]);
    const left = notes.length - deleted.length;
    const rest = left === 0 ? "" : `\n${left} could not be deleted. Please tell me again.`;
    return `You approved it: I have deleted ${listed(deleted)}${rest}`;
  }

  /** The request first: what is in it has been done. */
  async #tell(request: Asked, text: string): Promise<void> {
    const client = this.#client;
    await client.persist(() => this.#requests.write(request, text));
    await client.persist(() => client.notify(text));
    const asker = ASKER.exec(request.detail)?.[1];
    if (asker === undefined) return;
    const messageId = crypto.randomUUID();
    const options = { messageId, inReplyTo: request.id };
    await client.persist(() => client.send(asker, text.replace(/^You/, "The user"), options));
  }

  /** The words of the newest note, as many as a title takes. @returns undefined without any */
  async #lastSubject(): Promise<string | undefined> {
    const [newest] = await this.#notes.about("") ?? [];
    let subject: string | undefined;
    for (const word of wordsOf(newest?.text ?? "")) {
      const longer = subject === undefined ? word : `${subject} ${word}`;
      if (longer.length > MOST_SUBJECT_UNITS) break;
      subject = longer;
    }
    return subject;
  }

  /** Those that there were when it was asked: the user saw no others. */
  async #concerned(request: Asked): Promise<Note[] | undefined> {
    const notes = await this.#notes.about(subjectOf(request));
    return notes?.filter(({ at }) => Date.parse(at) <= Date.parse(request.createdAt));
  }
}

function subjectOf({ title }: Asked): string {
  return TITLE.exec(title)?.[1] ?? "";
}

function about(subject: string): string {
  return subject === "" ? "" : ` about “${subject}”`;
}

function counted({ length }: readonly Note[]): string {
  return length === 1 ? "1 note" : `${length} notes`;
}

function listed(notes: readonly Note[]): string {
  return quoted([
    `${counted(notes)}${notes.length === 0 ? "." : ":"}`,
    ...notes.map(({ text }) => `– ${shortened(text)}`),
  ].join("\n"));
}
