/**
 * What gets into the chats: what the user writes, here and elsewhere, and what agents answer.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { type StagedFile, stageFiles } from "../delivery/staging.ts";
import type { CallAnswer, UserLine, UserMessage } from "../people/canvas.ts";
import { callAsUser } from "../people/user.ts";
import { isObject } from "../state/json.ts";
import type { ActivityRow } from "../state/rows.ts";
import { type PlatformStore, StoreError } from "../state/store.ts";
import { formatTimestamp } from "../state/timestamps.ts";
import { fileViews } from "./chat_files.ts";
import { replyOf } from "./chat_history.ts";
import type { ChatStore } from "./chat_store.ts";
import type { WrittenMessage } from "./message_form.ts";
import type { ChatMessage, FileView } from "./protocol.ts";

/** Writes into the chats, as long as the platform runs. */
export class ChatWriter {
  readonly #platform: PlatformContext;
  readonly #store: PlatformStore;
  readonly #chats: ChatStore;

  /**
   * @param platform Through which the user writes: its database may be away
   * @param store Where files are looked up in any case
   */
  constructor(platform: PlatformContext, store: PlatformStore, chats: ChatStore) {
    this.#platform = platform;
    this.#store = store;
    this.#chats = chats;
    platform.canvas.subscribe((message) => this.#shown(message));
    platform.canvas.subscribeToUser((line) => this.#written(line));
  }

  /**
   * Sends what the user wrote in the page. An agent that is called, and not asked for, may take long
   * to answer: then the message comes first, and what became of it as a change of it.
   */
  async send(workspaceId: string, { text, files }: WrittenMessage): Promise<ChatMessage> {
    const staged = await this.#stage(workspaceId, files);
    if (typeof staged === "string") {
      return this.#chats.markFailed(this.#add("user", workspaceId, text, []), staged);
    }
    // The platform's own names are of letters and digits.
    const named = staged.map((file, i) => ({ ...file, name: files[i]?.name ?? file.name }));
    const views = fileViews(this.#store, workspaceId, named);
    const message = this.#add("user", workspaceId, text, views);
    const done = this.#follow(message, callAsUser(this.#platform, workspaceId, text, staged));
    if (this.#store.workspace(workspaceId)?.deliveryMode === "poll") return await done;
    this.#platform.background.run(async () => void await done);
    return message;
  }

  /** A row of the activity log may hold what a called agent answered to the user. */
  logged(row: ActivityRow): void {
    const text = replyOf(row);
    if (text !== undefined) this.#add("agent", row.workspaceId, text, []);
  }

  #shown({ workspaceId, message, attachments }: UserMessage): void {
    const files = fileViews(this.#store, workspaceId, attachments);
    this.#add("agent", workspaceId, message, files);
  }

  #written({ workspaceId, text, files, answer }: UserLine): void {
    const views = fileViews(this.#store, workspaceId, files);
    const message = this.#add("user", workspaceId, text, views);
    this.#platform.background.run(async () => void await this.#follow(message, answer));
  }

  #add(
    from: ChatMessage["from"],
    workspaceId: string,
    text: string,
    files: FileView[],
  ): ChatMessage {
    const at = formatTimestamp(this.#platform.clock.nowMicros());
    return this.#chats.add({ workspaceId, from, text, at, files, error: null });
  }

  async #follow(message: ChatMessage, answer: Promise<CallAnswer>): Promise<ChatMessage> {
    const error = problemOf(await answer);
    return error === undefined ? message : this.#chats.markFailed(message, error);
  }

  /** The files as the platform holds them, or why it does not. */
  async #stage(workspaceId: string, files: readonly File[]): Promise<StagedFile[] | string> {
    if (files.length === 0) return [];
    try {
      return await stageFiles(this.#platform, workspaceId, [...files]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return "could not stage files (500)";
    }
  }
}

/** Why the platform did not take a message; undefined when it did. */
function problemOf({ status, body }: CallAnswer): string | undefined {
  const { error = null } = isObject(body) ? body : {};
  if (status < 400 && error === null) return undefined;
  const reason = isObject(error) ? error.message : error;
  return `${typeof reason === "string" && reason !== "" ? reason : "not accepted"} (${status})`;
}
