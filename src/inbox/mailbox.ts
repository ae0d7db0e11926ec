import type { PlatformClient } from "../platform/client.ts";
import type { DeliveryState } from "./state/delivery_state.ts";
import type { FetchAllowance } from "./fetching/fetch_allowance.ts";
import { firstStart, type RowPage, rowsAfter, rowsSince } from "./fetching/fetch_rows.ts";
import type { Pass } from "./fetching/log_passes.ts";
import { HeldUploads } from "./files/held_uploads.ts";
import { handedOut } from "./long_message.ts";
import type { InboxMessage } from "./message.ts";
import type { OwnUploads } from "./files/own_uploads.ts";
import { PageReader, type ReadPage } from "./fetching/page_reader.ts";
import type { MessageQueue } from "./queue.ts";
import { withLocalFiles } from "./files/rewrite.ts";
import { RowPages } from "./fetching/row_pages.ts";
import { SinceIdProbe } from "./fetching/since_id_probe.ts";
import { type FetchedRow, isNew, mayBeTaken, type Outcome, takeRow } from "./fetching/take_row.ts";
import { isUnknownPosition } from "./fetching/unknown_position.ts";
import type { UploadFetcher } from "./files/uploads.ts";

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
  /** Uploads that wait for their message. */
  readonly held?: HeldUploads;
}

/**
 * Brings one workspace's inbound rows into the queue, and takes them out for good. The platform's
 * activity log is the durable queue; this only moves along it (design.md, Inbox).
 */
export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #pages: RowPages;
  readonly #sinceId: SinceIdProbe;
  readonly #popping = new Set<Promise<unknown>>();
  readonly #held: HeldUploads;
  readonly #reader: PageReader;
  /** The row of an upload that ended the last fetch. */
  #heldId: string | undefined;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#held = options.held ?? new HeldUploads();
    this.#reader = new PageReader({ ...options, held: this.#held });
    const onRequest = () => options.allowance.spend();
    this.#pages = new RowPages(options.client, onRequest);
    this.#sinceId = new SinceIdProbe(options.client, { onRequest, report: options.report });
  }

  /** Milliseconds until a fetch is due although nothing came: what is held back is decided then. */
  get dueInMs(): number | undefined {
    return this.#heldId === undefined ? undefined : this.#held.leftMs(this.#heldId);
  }

  /**
   * Fetches and queues until nothing is left. Waits while there is no room for a user's message;
   * those of peers are passed over then, and taken once there is room.
   *
   * @throws {PlatformError} when a fetch fails; what was queued before stays
   */
  async catchUp(signal: AbortSignal): Promise<void> {
    const { passes } = this.#options.state;
    this.#heldId = undefined;
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
    const askedAtMs = this.#held.now();
    const page = await this.#fetch(pass, signal);
    // It was given up: there is only the way by time now.
    if (page === undefined) return true;
    const { news, whole } = await this.#take(
      { ...await this.#reader.read(page.rows, askedAtMs), byTime: page.byTime },
      pass,
      signal,
    );
    if (pass === "catching up" && whole && !page.more) state.passes.caughtUp();
    await state.flush();
    if (news) allowance.news();
    // A platform that answers the same rows again, or only rows that are known, would be asked
    // without end.
    return page.more && state.passes.position(pass) !== before && (news || allowance.covers);
  }

  /** @returns undefined when a pass that catches up found that its position is not known any more */
  async #fetch(
    pass: Pass,
    signal: AbortSignal,
  ): Promise<RowPage & { byTime: boolean } | undefined> {
    const { state } = this.#options;
    const position = state.passes.position(pass);
    const isHeeded = position === undefined || await this.#sinceId.isHeeded(signal);
    if (position !== undefined && isHeeded) {
      try {
        const wanted = pass === "forward" ? undefined : this.#roomForPassedOver();
        return { ...await rowsAfter(this.#pages, position, signal, wanted), byTime: false };
      } catch (error) {
        if (!isUnknownPosition(error, position)) throw error;
        // The row was pruned. What is handled stays known, so nothing comes twice.
        await state.reset();
        if (pass === "catching up") return undefined;
      }
    }
    const now = new Date();
    // Asked again and again, it is the newest that are of use.
    const wanted = isHeeded ? undefined : 1;
    const page = await rowsSince(this.#pages, state, now, signal, wanted);
    await state.begin(firstStart(now));
    return { ...page, byTime: true };
  }

  /** @returns whether there was anything new, and whether it came to the end of the rows */
  async #take(
    { rows, wanted, byTime }: ReadPage & { byTime: boolean },
    pass: Pass,
    signal: AbortSignal,
  ): Promise<{ news: boolean; whole: boolean }> {
    const { uploads } = this.#options;
    // Files come first: a message must be able to say where they are.
    if (wanted.length > 0) await uploads.fetchAll(wanted, signal);
    let news = false;
    for (const read of rows) {
      const row = this.#withFiles(read);
      const outcome = await this.#takeRow(row, pass, signal);
      if (outcome === "held") this.#heldId = row.ref.id;
      else this.#held.forget(row.ref.id);
      if (outcome === "no room" || outcome === "held") return { news, whole: false };
      if (outcome === "passed over" && pass === "catching up") return { news, whole: false };
      // By time, rows that were filtered or passed over before come again.
      news ||= outcome === "queued" || (outcome !== "known" && !byTime);
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
      if (message && !next.held && isNew(ref, state) && mayBeTaken(message, pass, state)) {
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

  #withFiles(row: FetchedRow): FetchedRow {
    const { message } = row;
    const { uploads } = this.#options;
    return message === undefined
      ? row
      : { ...row, message: withLocalFiles(message, (uri) => uploads.localPath(uri)) };
  }
}
