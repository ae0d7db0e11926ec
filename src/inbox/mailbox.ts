import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { textField } from "../platform/json.ts";
import type { DeliveryState } from "./delivery_state.ts";
import { firstStart, type RowPage, rowsAfter, rowsSince } from "./fetch_rows.ts";
import { type ClassifiedRow, classifyRow, type InboxMessage } from "./message.ts";
import type { OwnUploads } from "./own_uploads.ts";
import { parsePendingUri } from "./pending_uri.ts";
import type { MessageQueue } from "./queue.ts";
import { withLocalFiles } from "./rewrite.ts";
import { RowPages } from "./row_pages.ts";
import type { UploadFetcher } from "./uploads.ts";

/** What a mailbox works with. */
export interface MailboxOptions {
  readonly client: PlatformClient;
  readonly state: DeliveryState;
  /** Shared by all workspaces. */
  readonly queue: MessageQueue;
  readonly uploads: UploadFetcher;
  readonly ownUploads: OwnUploads;
  /** Messages name their workspace: the agent has several. */
  readonly tagArrival: boolean;
  /** Called for each message that was queued; must not throw. */
  readonly onMessage: (message: InboxMessage) => void;
  readonly report: (line: string) => void;
}

type UsableRow = Exclude<ClassifiedRow, { kind: "invalid" }>;

/**
 * Brings one workspace's inbound rows into the queue, and takes them out for good. The platform's
 * activity log is the durable queue; this only moves along it (design.md, Inbox).
 */
export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #pages: RowPages;
  readonly #popping = new Set<Promise<unknown>>();
  #reportedInvalid = false;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#pages = new RowPages(options.client);
  }

  /**
   * Fetches and queues until nothing is left. Waits while the queue is full.
   *
   * @throws {PlatformError} when a fetch fails; what was queued before stays
   */
  async catchUp(signal: AbortSignal): Promise<void> {
    const { state } = this.#options;
    while (!signal.aborted) {
      const page = await this.#fetch(signal);
      const before = state.position;
      await this.#take(page.rows, signal);
      await state.flush();
      // A platform that answers the same rows again would be asked without end.
      if (!page.more || state.position === before) return;
    }
  }

  /** Removes a message: on disk first, then from the queue. */
  async pop(activityId: string): Promise<boolean> {
    const { state, queue } = this.#options;
    const popping = state.acknowledge(activityId);
    this.#popping.add(popping);
    try {
      const removed = await popping;
      queue.remove(activityId);
      return removed;
    } finally {
      this.#popping.delete(popping);
    }
  }

  /**
   * Ends delivery, after the last `catchUp`: what is being popped is on disk, and what was not
   * popped is no longer offered here when the promise resolves.
   */
  async close(): Promise<void> {
    await Promise.allSettled(this.#popping);
    const { state, queue } = this.#options;
    for (const { activity_id } of queue.peek(Infinity)) {
      if (state.isWaiting(activity_id)) queue.remove(activity_id);
    }
  }

  async #fetch(signal: AbortSignal): Promise<RowPage> {
    const { state } = this.#options;
    const { position } = state;
    if (position !== undefined) {
      try {
        return await rowsAfter(this.#pages, position, signal);
      } catch (error) {
        if (!isUnknownPosition(error, position)) throw error;
        // The row was pruned. What is handled stays known, so nothing comes twice.
        await state.reset();
      }
    }
    const now = new Date();
    const page = await rowsSince(this.#pages, state, now, signal);
    await state.begin(firstStart(now));
    return page;
  }

  async #take(rows: readonly unknown[], signal: AbortSignal): Promise<void> {
    const { state, uploads } = this.#options;
    const fresh = rows.map((row) => this.#classify(row));
    const wanted = fresh.flatMap((row, index) =>
      row.kind === "upload" && !state.isHandled(row.id, createdAtOf(rows[index])) &&
        !state.isWaiting(row.id)
        ? [row.upload]
        : []
    );
    // Files come first: a message must be able to say where they are.
    if (wanted.length > 0) await uploads.fetchAll(wanted, signal);
    const mentioned = mentionedFiles(fresh);
    for (const [index, row] of fresh.entries()) {
      if (row.kind === "invalid") this.#reportInvalid();
      else if (!await this.#takeRow(row, createdAtOf(rows[index]), mentioned, signal)) return;
    }
  }

  /** @returns false when the signal fired before there was room */
  async #takeRow(
    row: UsableRow,
    createdAt: string,
    mentioned: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { state, queue, uploads, onMessage } = this.#options;
    if (state.isHandled(row.id, createdAt) || state.isWaiting(row.id)) {
      state.see({ id: row.id, createdAt });
      return true;
    }
    if (row.kind === "skip" || (row.kind === "upload" && mentioned.has(row.upload.fileId))) {
      state.see({ id: row.id, createdAt });
      state.skip(row.id);
      return true;
    }
    const message = withLocalFiles(row.message, (uri) => uploads.localPath(uri));
    while (!state.hasRoom || !queue.offer(message)) {
      await queue.nextRemoval(signal);
      if (signal.aborted) return false;
    }
    state.see({ id: row.id, createdAt });
    onMessage(message);
    return true;
  }

  #classify(row: unknown): ClassifiedRow {
    const { client, tagArrival, ownUploads } = this.#options;
    return classifyRow(row, {
      workspaceId: client.workspace.id,
      tagArrival,
      isOwnUpload: (fileId) => ownUploads.has(fileId),
    });
  }

  /** Such a row is never passed by a cursor and so comes again and again: one line is enough. */
  #reportInvalid(): void {
    if (this.#reportedInvalid) return;
    this.#reportedInvalid = true;
    const { client, report } = this.#options;
    report(`Ignoring activity rows without a usable id for workspace ${client.workspace.id}`);
  }
}

/**
 * Whether the platform does not know the row: 410, or the 500 that a platform gives for what cannot
 * be a row's id, as a damaged cursor file may hold (platform-api 11.1).
 */
function isUnknownPosition(error: unknown, position: string): boolean {
  if (!(error instanceof PlatformError)) return false;
  return error.kind === "gone" || (error.kind === "server" && !isUuid(position));
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Files that a message of the same fetch brings along: their own rows need no message. */
function mentionedFiles(rows: readonly ClassifiedRow[]): ReadonlySet<string> {
  return new Set(
    rows.flatMap((row) => row.kind === "message" ? row.message.attachments ?? [] : [])
      .flatMap(({ uri }) => uri === undefined ? [] : parsePendingUri(uri)?.fileId ?? []),
  );
}

function createdAtOf(row: unknown): string {
  return textField(row, "created_at") ?? "";
}
