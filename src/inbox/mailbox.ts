import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { textField } from "../platform/json.ts";
import type { DeliveryState } from "./delivery_state.ts";
import { type RowPage, rowsAfter, rowsSince } from "./fetch_rows.ts";
import { type ClassifiedRow, classifyRow, type InboxMessage } from "./message.ts";
import type { OwnUploads } from "./own_uploads.ts";
import type { MessageQueue } from "./queue.ts";
import { withLocalFiles } from "./rewrite.ts";
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
  /** Called for each message that was queued. */
  readonly onMessage: (message: InboxMessage) => void;
  readonly report: (line: string) => void;
}

/**
 * Brings one workspace's inbound rows into the queue, and takes them out for good. The platform's
 * activity log is the durable queue; this only moves along it (design.md, Inbox).
 */
export class Mailbox {
  readonly #options: MailboxOptions;

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  /**
   * Fetches and queues until nothing is left. Waits while the queue is full.
   *
   * @throws {PlatformError} when a fetch fails; what was queued before stays
   */
  async catchUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const page = await this.#fetch(signal);
      await this.#take(page.rows, signal);
      await this.#options.state.flush();
      if (!page.more) return;
    }
  }

  /** Removes a message: on disk first, then from the queue. */
  async pop(activityId: string): Promise<boolean> {
    const { state, queue } = this.#options;
    const removed = await state.acknowledge(activityId);
    queue.remove(activityId);
    return removed;
  }

  async #fetch(signal: AbortSignal): Promise<RowPage> {
    const { client, state } = this.#options;
    const position = state.position;
    if (position !== undefined) {
      try {
        return await rowsAfter(client, position, signal);
      } catch (error) {
        if (!(error instanceof PlatformError) || error.kind !== "gone") throw error;
        // The row was pruned. What is handled stays known, so nothing comes twice.
        await state.reset();
      }
    }
    const now = new Date();
    const page = await rowsSince(client, state.handledUntil, now, signal);
    await state.begin(now);
    return page;
  }

  async #take(rows: readonly unknown[], signal: AbortSignal): Promise<void> {
    const { state, uploads } = this.#options;
    const fresh = rows.map((row) => this.#classify(row));
    const wanted = fresh.flatMap((row) =>
      row.kind === "upload" && !state.isHandled(row.id) ? [row.upload] : []
    );
    // Files come first: a message must be able to say where they are.
    if (wanted.length > 0) await uploads.fetchAll(wanted, signal);
    const mentioned = mentionedUris(fresh);
    for (const [index, row] of fresh.entries()) {
      if (row.kind === "invalid") {
        this.#options.report("Ignoring an activity row without an id");
        continue;
      }
      if (!await this.#takeRow(row, createdAtOf(rows[index]), mentioned, signal)) return;
    }
  }

  /** @returns false when the signal fired before there was room */
  async #takeRow(
    row: Exclude<ClassifiedRow, { kind: "invalid" }>,
    createdAt: string,
    mentioned: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { state, queue, uploads, onMessage } = this.#options;
    if (row.kind === "skip" || (row.kind === "upload" && isMentioned(row.message, mentioned))) {
      state.see({ id: row.id, createdAt });
      state.skip(row.id);
      return true;
    }
    if (state.isHandled(row.id, createdAt) || state.isWaiting(row.id)) {
      state.see({ id: row.id, createdAt });
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
}

/** URIs of files that a message of the same fetch brings along: their own rows need no message. */
function mentionedUris(rows: readonly ClassifiedRow[]): ReadonlySet<string> {
  return new Set(
    rows.flatMap((row) => row.kind === "message" ? row.message.attachments ?? [] : [])
      .flatMap(({ uri }) => uri === undefined ? [] : [uri]),
  );
}

function isMentioned(message: InboxMessage, mentioned: ReadonlySet<string>): boolean {
  return message.attachments?.some(({ uri }) => uri !== undefined && mentioned.has(uri)) ?? false;
}

function createdAtOf(row: unknown): string {
  return textField(row, "created_at") ?? "";
}
