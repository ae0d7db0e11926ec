import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { textField } from "../platform/json.ts";
import type { DeliveryState, FetchedRef } from "./delivery_state.ts";
import type { FetchAllowance } from "./fetch_allowance.ts";
import { firstStart, type RowPage, rowsAfter, rowsSince } from "./fetch_rows.ts";
import type { Pass } from "./log_passes.ts";
import { handedOut } from "./long_message.ts";
import { type ClassifiedRow, classifyRow, type InboxMessage } from "./message.ts";
import type { OwnUploads } from "./own_uploads.ts";
import { parsePendingUri } from "./pending_uri.ts";
import { isFromUser, type MessageQueue } from "./queue.ts";
import { withLocalFiles } from "./rewrite.ts";
import { RowPages } from "./row_pages.ts";
import { type FetchedRow, isNew, mayBeTaken, type Outcome, takeRow } from "./take_row.ts";
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
  /** Called when there is room for messages that were passed over. */
  readonly onRoom: () => void;
  /** What fetches that bring nothing are taken from. */
  readonly allowance: FetchAllowance;
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
    this.#pages = new RowPages(options.client, () => options.allowance.spend());
  }

  /**
   * Fetches and queues until nothing is left. Waits while there is no room for a user's message;
   * those of peers are passed over then, and taken once there is room.
   *
   * @throws {PlatformError} when a fetch fails; what was queued before stays
   */
  async catchUp(signal: AbortSignal): Promise<void> {
    const { passes } = this.#options.state;
    let goesOn = true;
    while (!signal.aborted) {
      if (goesOn) goesOn = await this.#step("forward", signal);
      const catchesUp = this.#roomForPassedOver() > 0 && await this.#step("catching up", signal);
      // It met the other pass, or its position is not known any more.
      if (catchesUp && !passes.hasPassedOver) goesOn = true;
      if (!goesOn && !catchesUp) return;
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
      if (this.#roomForPassedOver() > 0) this.#options.onRoom();
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

  /** How many of the peers' messages that were passed over may be taken now. */
  #roomForPassedOver(): number {
    const { state, queue, client } = this.#options;
    return state.passes.hasPassedOver ? queue.roomForPeers(client.workspace.id) : 0;
  }

  /**
   * One fetch of a pass.
   *
   * @returns whether the pass is to go on
   */
  async #step(pass: Pass, signal: AbortSignal): Promise<boolean> {
    const { state, allowance } = this.#options;
    const before = state.passes.position(pass);
    const page = await this.#fetch(pass, signal);
    // It was given up: there is only the way by time now.
    if (page === undefined) return true;
    const { news, whole } = await this.#take(page.rows, pass, signal);
    if (pass === "catching up" && whole && !page.more) state.passes.caughtUp();
    await state.flush();
    if (news) allowance.news();
    // A platform that answers the same rows again, or only rows that are known, would be asked
    // without end.
    return page.more && state.passes.position(pass) !== before && (news || allowance.covers);
  }

  /** @returns undefined when a pass that catches up found that its position is not known any more */
  async #fetch(pass: Pass, signal: AbortSignal): Promise<RowPage | undefined> {
    const { state } = this.#options;
    const position = state.passes.position(pass);
    if (position !== undefined) {
      try {
        const wanted = pass === "forward" ? undefined : this.#roomForPassedOver();
        return await rowsAfter(this.#pages, position, signal, wanted);
      } catch (error) {
        if (!isUnknownPosition(error, position)) throw error;
        // The row was pruned. What is handled stays known, so nothing comes twice.
        await state.reset();
        if (pass === "catching up") return undefined;
      }
    }
    const now = new Date();
    const page = await rowsSince(this.#pages, state, now, signal);
    await state.begin(firstStart(now));
    return page;
  }

  /** @returns whether there was anything new, and whether it came to the end of the rows */
  async #take(
    rows: readonly unknown[],
    pass: Pass,
    signal: AbortSignal,
  ): Promise<{ news: boolean; whole: boolean }> {
    const { state, uploads } = this.#options;
    const byTime = state.passes.position(pass) === undefined;
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
    let news = false;
    for (const [index, row] of fresh.entries()) {
      if (row.kind === "invalid") {
        this.#reportInvalid();
        continue;
      }
      const ref = {
        id: row.id,
        createdAt: createdAtOf(rows[index]),
        nextAt: createdAtOf(rows[index + 1]),
      };
      const fetched = this.#fetchedRow(row, ref, mentioned);
      const outcome = await this.#takeRow(fetched, pass, signal);
      if (outcome === "no room") return { news, whole: false };
      if (outcome === "passed over" && pass === "catching up") return { news, whole: false };
      // By time, rows that were filtered before come again.
      news ||= outcome !== "known" && !(outcome === "filtered" && byTime);
    }
    return { news, whole: true };
  }

  /** @returns "no room" when the signal fired before there was room for a user's message */
  async #takeRow(row: FetchedRow, pass: Pass, signal: AbortSignal): Promise<Outcome> {
    const { state, queue, client, uploads, onMessage } = this.#options;
    let next = row;
    while (true) {
      const { message, ref } = next;
      // Only what is handed out now: a heap of long messages must not fill the disk before its time.
      if (message && isNew(ref, state) && mayBeTaken(message, pass, state)) {
        next = {
          ...next,
          message: await handedOut(message, (id, text) => uploads.keepText(id, text)),
        };
      }
      const outcome = takeRow(next, pass, { state, queue, workspaceId: client.workspace.id });
      if (outcome === "queued" && next.message) onMessage(next.message);
      if (outcome !== "no room" || signal.aborted) return outcome;
      await queue.nextRemoval(signal);
    }
  }

  #fetchedRow(row: UsableRow, ref: FetchedRef, mentioned: ReadonlySet<string>): FetchedRow {
    const { uploads } = this.#options;
    if (row.kind === "skip") return { ref, message: undefined };
    if (row.kind === "upload" && mentioned.has(row.upload.fileId)) {
      return { ref, message: undefined, keep: true };
    }
    return { ref, message: withLocalFiles(row.message, (uri) => uploads.localPath(uri)) };
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

/** Files that a user's message of the same fetch brings along: their own rows need no message. */
function mentionedFiles(rows: readonly ClassifiedRow[]): ReadonlySet<string> {
  return new Set(
    rows.flatMap((row) =>
      row.kind === "message" && isFromUser(row.message) ? row.message.attachments ?? [] : []
    )
      .flatMap(({ uri }) => uri === undefined ? [] : parsePendingUri(uri)?.fileId ?? []),
  );
}

function createdAtOf(row: unknown): string {
  return textField(row, "created_at") ?? "";
}
