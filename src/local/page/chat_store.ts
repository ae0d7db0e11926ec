/**
 * The chats between the user and the workspaces, as the page shows them.
 *
 * @module
 */
import { cutWithRemark } from "./cut_with_remark.ts";
import type { PageLimits } from "./page_options.ts";
import type { ChatMessage, FileView, MessagePage } from "./protocol.ts";

/** A message without what the store adds. */
export type NewMessage = Omit<ChatMessage, "seq">;

/** A longer text is cut: an agent may write as much as fits into a request. */
const MAX_TEXT_UNITS = 64 * 1024;

/**
 * Keeps messages in memory. When there are too many, or their texts are too long together, the oldest
 * go, of whatever workspace; a file of theirs can still be had from the platform itself.
 */
export class ChatStore {
  /** Oldest first, which is by `seq`. */
  readonly #all: ChatMessage[] = [];
  readonly #byWorkspace = new Map<string, ChatMessage[]>();
  readonly #limits: Pick<PageLimits, "messages" | "messageUnits">;
  readonly #onChange: (message: ChatMessage) => void;
  #units = 0;
  #seq = 0;

  /** @param onChange Called with every message that is new or has changed */
  constructor(
    limits: Pick<PageLimits, "messages" | "messageUnits">,
    onChange: (message: ChatMessage) => void,
  ) {
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /** Adds a message at the end. */
  add(message: NewMessage): ChatMessage {
    const added: ChatMessage = {
      ...message,
      text: cutWithRemark(message.text, MAX_TEXT_UNITS),
      seq: ++this.#seq,
    };
    const chat = this.#byWorkspace.get(added.workspaceId) ?? [];
    chat.push(added);
    this.#byWorkspace.set(added.workspaceId, chat);
    this.#all.push(added);
    this.#units += added.text.length;
    this.#forgetOldest();
    this.#onChange(added);
    return added;
  }

  /** Says why the platform did not take a message of the user. */
  markFailed(message: ChatMessage, error: string): ChatMessage {
    const failed = { ...message, error };
    for (const list of [this.#all, this.#byWorkspace.get(message.workspaceId) ?? []]) {
      const place = indexOf(list, message.seq);
      if (list[place]?.seq === message.seq) list[place] = failed;
    }
    this.#onChange(failed);
    return failed;
  }

  /** Some messages of a chat: the last ones before a message, or the last of all. */
  page(workspaceId: string, limit: number, before = Infinity): MessagePage {
    const chat = this.#byWorkspace.get(workspaceId) ?? [];
    const end = indexOf(chat, before);
    const start = Math.max(0, end - limit);
    return { messages: chat.slice(start, end), hasMore: start > 0 };
  }

  /** A file of a chat, as the message that brought it names it. */
  file(workspaceId: string, fileId: string): FileView | undefined {
    for (const { files } of this.#byWorkspace.get(workspaceId) ?? []) {
      const file = files.find(({ id }) => id === fileId);
      if (file) return file;
    }
    return undefined;
  }

  /** Bytes of the files that the user has sent. */
  get sentFileBytes(): number {
    let bytes = 0;
    for (const { from, files } of this.#all) {
      if (from === "user") { for (const { size } of files) bytes += size; }
    }
    return bytes;
  }

  #forgetOldest(): void {
    const { messages, messageUnits } = this.#limits;
    // The newest stays in any case.
    while (this.#all.length > messages || (this.#units > messageUnits && this.#all.length > 1)) {
      const oldest = this.#all.shift();
      if (!oldest) return;
      this.#units -= oldest.text.length;
      // The oldest of all is the oldest of its workspace, too.
      this.#byWorkspace.get(oldest.workspaceId)?.shift();
    }
  }
}

/** Where the first message from this `seq` on is, or would be. */
function indexOf(messages: readonly ChatMessage[], seq: number): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? Infinity) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
