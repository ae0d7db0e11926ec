import { batch, signal } from "@preact/signals";
import type { ChatMessage } from "../../local/page/protocol.ts";
import { errorText } from "../text/error_text.ts";
import type { Api } from "../wire/api.ts";
import { Draft } from "./draft.ts";
import { merged } from "./merge.ts";

/** A message on its way, or one that did not get there. */
export interface Outgoing {
  readonly key: number;
  readonly text: string;
  readonly files: readonly File[];
  /** Null: it is being sent, or waits for those before it. */
  readonly error: string | null;
}

/** Messages that are asked for at once. */
const PAGE = 60;

/** The conversation with a workspace. */
export class Chat {
  /** A part without holes, to the newest; oldest first. */
  readonly messages = signal<readonly ChatMessage[]>([]);
  readonly outgoing = signal<readonly Outgoing[]>([]);
  readonly hasMore = signal(false);
  readonly isLoading = signal(false);
  readonly isLoaded = signal(false);
  /** Why messages cannot be read. */
  readonly problem = signal<string | null>(null);
  /** What the agent does now. */
  readonly progress = signal<string | null>(null);
  /** Of the agent's, not looked at. */
  readonly unread = signal(0);
  readonly draft: Draft;

  #lastKey = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(readonly workspaceId: string, private readonly api: Api) {
    this.draft = new Draft(workspaceId);
  }

  /** Reads the newest messages, at first and after a time without a connection. */
  async refresh(): Promise<void> {
    await this.#load(async () => {
      // What came during a first reading that failed may have a hole behind it.
      if (!this.isLoaded.value) this.messages.value = [];
      const newest = this.messages.value.at(-1)?.seq;
      const page = await this.api.messages(this.workspaceId, PAGE);
      const oldestRead = page.messages[0]?.seq;
      // More came before than one page holds: what is there would have a hole.
      const isApart = newest === undefined || page.hasMore && oldestRead !== undefined &&
          oldestRead > newest;
      // Those that were told of while it was read may not be in it.
      const arrived = this.messages.value.filter(({ seq }) => seq > (newest ?? -Infinity));
      batch(() => {
        this.messages.value = merged(isApart ? arrived : this.messages.value, page.messages);
        if (isApart) this.hasMore.value = page.hasMore;
        this.isLoaded.value = true;
      });
    });
  }

  /** Reads messages before those that are there. */
  async loadOlder(): Promise<void> {
    const oldest = this.messages.value[0];
    if (this.isLoading.value || !this.hasMore.value || oldest === undefined) return;
    await this.#load(async () => {
      const page = await this.api.messages(this.workspaceId, PAGE, oldest.seq);
      batch(() => {
        this.messages.value = merged(this.messages.value, page.messages);
        this.hasMore.value = page.hasMore;
      });
    });
  }

  /** A message that the platform tells of. */
  receive(message: ChatMessage): void {
    batch(() => {
      if (message.from === "user") this.#arrived(message);
      this.#add(message);
    });
  }

  /** Sends what was written; the draft is empty at once. */
  sendDraft(): void {
    const { text, files } = this.draft;
    if (text.value.trim() === "" && files.value.length === 0) return;
    const outgoing = { key: ++this.#lastKey, text: text.value, files: files.value, error: null };
    batch(() => {
      this.outgoing.value = [...this.outgoing.value, outgoing];
      text.value = "";
      files.value = [];
    });
    this.#queue(outgoing);
  }

  /** Sends again what did not get there. */
  retry({ key, text, files }: Outgoing): void {
    this.#replace(key, null);
    this.#queue({ key, text, files, error: null });
  }

  /** Puts back into the draft what did not get there. */
  takeBack({ key, text, files }: Outgoing): void {
    batch(() => {
      this.outgoing.value = this.outgoing.value.filter((other) => other.key !== key);
      const { draft } = this;
      draft.text.value = [draft.text.value, text].filter((part) => part !== "").join("\n");
      draft.addFiles(files);
    });
  }

  /** One after the other: messages stay in the order in which they were written. */
  #queue(outgoing: Outgoing): void {
    this.#sending = this.#sending.then(() => this.#send(outgoing));
  }

  async #send({ key, text, files }: Outgoing): Promise<void> {
    try {
      const message = await this.api.send(this.workspaceId, text, files);
      batch(() => {
        this.outgoing.value = this.outgoing.value.filter((other) => other.key !== key);
        this.#add(message);
      });
    } catch (error) {
      this.#replace(key, errorText(error));
    }
  }

  /** The event can be sooner than the answer: then the message would be there twice. */
  #arrived(message: ChatMessage): void {
    const index = this.outgoing.value.findIndex(({ text, files, error }) =>
      error === null && text === message.text && files.length === message.files.length
    );
    if (index >= 0) this.outgoing.value = this.outgoing.value.filter((_, at) => at !== index);
  }

  #replace(key: number, error: string | null): void {
    this.outgoing.value = this.outgoing.value.map((outgoing) =>
      outgoing.key === key ? { ...outgoing, error } : outgoing
    );
  }

  /** Of a conversation that nobody has opened, no message is kept: it is read when it is opened. */
  #add(message: ChatMessage): void {
    if (!this.isLoaded.value && !this.isLoading.value) return;
    this.messages.value = merged(this.messages.value, [message]);
  }

  async #load(read: () => Promise<void>): Promise<void> {
    this.isLoading.value = true;
    try {
      await read();
      this.problem.value = null;
    } catch (error) {
      this.problem.value = errorText(error);
    } finally {
      this.isLoading.value = false;
    }
  }
}
