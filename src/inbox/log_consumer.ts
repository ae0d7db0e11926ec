import type { PlatformClient } from "../platform/client/client.ts";
import {
  type EnqueueOutcome,
  enqueueRow,
  type FetchedRow,
  isNew,
  mayBeQueued,
} from "./fetching/enqueue_row.ts";
import type { IdleFetchLimit } from "./fetching/idle_fetch_limit.ts";
import {
  initialWatermark,
  isUnknownPosition,
  type RowPage,
  rowsAfter,
  rowsSince,
} from "./fetching/fetch_rows.ts";
import { type ClassifiedPage, PageClassifier } from "./fetching/page_classifier.ts";
import { RowPages } from "./fetching/row_pages.ts";
import { SinceIdProbe } from "./fetching/since_id_probe.ts";
import { withLocalFiles } from "./files/attachments.ts";
import { HeldFiles } from "./files/held_files.ts";
import type { ReceivedFiles } from "./files/received_files.ts";
import type { SentFiles } from "./files/sent_files.ts";
import { cutLongMessage } from "./long_message.ts";
import type { InboxMessage } from "./message.ts";
import type { MessageQueue } from "./queue.ts";
import type { DeliveryState } from "./state/delivery_state.ts";
import type { Pass } from "./state/read_positions.ts";

/** What a consumer needs. */
export interface LogConsumerOptions {
  readonly client: PlatformClient;
  readonly state: DeliveryState;
  /** Shared by all workspaces. */
  readonly queue: MessageQueue;
  readonly receivedFiles: ReceivedFiles;
  readonly sentFiles: SentFiles;
  /** Whether messages name their workspace, because the agent has several. */
  readonly tagArrival: boolean;
  /** Called for each message that was queued; must not throw. */
  readonly onMessage: (message: InboxMessage) => void;
  /** Whether the agent knows what the message says, so that its row is passed by. */
  readonly isTold?: (message: InboxMessage) => boolean;
  /** Called when there is room for messages that were deferred. */
  readonly onRoom: () => void;
  /** Spent by each request. */
  readonly idleFetchLimit: IdleFetchLimit;
  readonly report: (line: string) => void;
  /** Files that wait for a message that names them; passed in only by tests, for their clock. */
  readonly heldFiles?: HeldFiles;
}

/**
 * Consumes one workspace's activity log: brings its inbound rows into the queue, and takes messages
 * out of it for good. The platform's log is the durable queue; this only moves along it
 * (src/inbox/README.md, "The promise").
 */
export class LogConsumer {
  readonly #options: LogConsumerOptions;
  readonly #pages: RowPages;
  readonly #sinceId: SinceIdProbe;
  readonly #pops = new Set<Promise<unknown>>();
  readonly #heldFiles: HeldFiles;
  readonly #classifier: PageClassifier;
  /** The row of the held file that ended the last fetch. */
  #heldRowId: string | undefined;

  constructor(options: LogConsumerOptions) {
    this.#options = options;
    this.#heldFiles = options.heldFiles ?? new HeldFiles();
    this.#classifier = new PageClassifier({ ...options, heldFiles: this.#heldFiles });
    const onRequest = () => options.idleFetchLimit.spend();
    this.#pages = new RowPages(options.client, onRequest);
    this.#sinceId = new SinceIdProbe(options.client, { onRequest, report: options.report });
  }

  /**
   * Milliseconds until a fetch is due even if nothing wakes it, to decide about the held file.
   * `undefined` when no file is held.
   */
  get dueInMs(): number | undefined {
    return this.#heldRowId === undefined ? undefined : this.#heldFiles.leftMs(this.#heldRowId);
  }

  /**
   * Fetches and queues until nothing is left. Waits while there is no room for a user's message;
   * peers' messages are deferred instead, and queued once there is room.
   *
   * @throws {PlatformError} when a fetch fails; what was already queued stays
   */
  async catchUp(signal: AbortSignal): Promise<void> {
    const { positions } = this.#options.state;
    this.#heldRowId = undefined;
    let goesOn = true;
    while (!signal.aborted) {
      if (goesOn) goesOn = await this.#step("forward", signal);
      const backfills = this.#roomForDeferred() > 0 && await this.#step("backfill", signal);
      // It has caught up with the forward pass, or its position is no longer known.
      if (backfills && !positions.hasDeferred) goesOn = true;
      if (!goesOn && !backfills) return;
    }
  }

  /** Removes a message: on disk first, then from the queue. */
  async pop(activityId: string): Promise<boolean> {
    const { state, queue } = this.#options;
    const pop = state.acknowledge(activityId);
    this.#pops.add(pop);
    try {
      const removed = await pop;
      queue.remove(activityId);
      if (this.#roomForDeferred() > 0) this.#options.onRoom();
      return removed;
    } finally {
      this.#pops.delete(pop);
    }
  }

  /**
   * Ends delivery, after the last `catchUp`: when the promise resolves, pops under way are on disk,
   * and messages that were not popped are no longer offered here.
   */
  async close(): Promise<void> {
    await Promise.allSettled(this.#pops);
    const { state, queue } = this.#options;
    for (const { activity_id } of queue.peek(Infinity)) {
      if (state.isWaiting(activity_id)) queue.remove(activity_id);
    }
  }

  /** How many of the peers' deferred messages may be queued now. */
  #roomForDeferred(): number {
    const { state, queue, client } = this.#options;
    return state.positions.hasDeferred ? queue.roomForPeers(client.workspace.id) : 0;
  }

  /**
   * One fetch of a pass.
   *
   * @returns whether the pass is to go on
   */
  async #step(pass: Pass, signal: AbortSignal): Promise<boolean> {
    const { state, idleFetchLimit } = this.#options;
    const before = state.positions.sinceId(pass);
    const askedAtMs = this.#heldFiles.now();
    const page = await this.#fetch(pass, signal);
    // The backfill was given up: only the forward pass goes on, by time.
    if (page === undefined) return true;
    const classified = await this.#classifier.classify(page.rows, askedAtMs);
    const { anyNew, toTheEnd } = await this.#enqueue(
      { ...classified, byTime: page.byTime },
      pass,
      signal,
    );
    if (pass === "backfill" && toTheEnd && !page.more) state.positions.endBackfill();
    await state.flush();
    if (anyNew) idleFetchLimit.refund();
    // Otherwise a platform that returns the same rows again, or only known rows, would be asked
    // without end.
    return page.more && state.positions.sinceId(pass) !== before &&
      (anyNew || idleFetchLimit.hasCredit);
  }

  /** @returns undefined when the platform no longer knows the position of a backfill */
  async #fetch(
    pass: Pass,
    signal: AbortSignal,
  ): Promise<RowPage & { byTime: boolean } | undefined> {
    const { state } = this.#options;
    const position = state.positions.sinceId(pass);
    const isSupported = position === undefined || await this.#sinceId.isSupported(signal);
    if (position !== undefined && isSupported) {
      try {
        const wanted = pass === "forward" ? undefined : this.#roomForDeferred();
        return { ...await rowsAfter(this.#pages, position, signal, wanted), byTime: false };
      } catch (error) {
        if (!isUnknownPosition(error, position)) throw error;
        // The row was pruned. Handled rows stay known, so nothing is delivered twice.
        await state.reset();
        if (pass === "backfill") return undefined;
      }
    }
    const now = new Date();
    // Without `since_id` every fetch goes by time, and only the newest rows can be used.
    const wanted = isSupported ? undefined : 1;
    const page = await rowsSince(this.#pages, state, now, signal, wanted);
    await state.begin(initialWatermark(now));
    return { ...page, byTime: true };
  }

  /** @returns whether any row was new, and whether all rows were taken */
  async #enqueue(
    { rows, files, byTime }: ClassifiedPage & { byTime: boolean },
    pass: Pass,
    signal: AbortSignal,
  ): Promise<{ anyNew: boolean; toTheEnd: boolean }> {
    const { receivedFiles } = this.#options;
    // Files come first: a message must be able to say where they are.
    if (files.length > 0) await receivedFiles.fetchAll(files, signal);
    let anyNew = false;
    for (const fetched of rows) {
      const row = this.#withoutTold(this.#withFiles(fetched));
      const outcome = await this.#enqueueRow(row, pass, signal);
      if (outcome === "held") this.#heldRowId = row.ref.id;
      else this.#heldFiles.forget(row.ref.id);
      if (outcome === "no room" || outcome === "held") return { anyNew, toTheEnd: false };
      if (outcome === "deferred" && pass === "backfill") return { anyNew, toTheEnd: false };
      // A fetch by time returns rows again that were filtered or deferred before.
      anyNew ||= outcome === "queued" || (outcome !== "known" && !byTime);
    }
    return { anyNew, toTheEnd: true };
  }

  /** @returns "no room" when the signal fired before there was room for a user's message */
  async #enqueueRow(row: FetchedRow, pass: Pass, signal: AbortSignal): Promise<EnqueueOutcome> {
    const { state, queue, client, receivedFiles, onMessage } = this.#options;
    let next = row;
    while (true) {
      const { message, ref } = next;
      // Only for messages queued now: a backlog of long messages must not fill the disk in advance.
      if (message && !next.held && isNew(ref, state) && mayBeQueued(message, pass, state)) {
        next = {
          ...next,
          message: await cutLongMessage(message, (id, text) => receivedFiles.saveText(id, text)),
        };
      }
      const outcome = enqueueRow(next, pass, { state, queue, workspaceId: client.workspace.id });
      if (outcome === "queued" && next.message) onMessage(next.message);
      if (outcome !== "no room" || signal.aborted) return outcome;
      await queue.nextRemoval(signal);
    }
  }

  #withoutTold(row: FetchedRow): FetchedRow {
    const { isTold = () => false } = this.#options;
    return row.message !== undefined && isTold(row.message) ? { ...row, message: undefined } : row;
  }

  #withFiles(row: FetchedRow): FetchedRow {
    const { message } = row;
    const { receivedFiles } = this.#options;
    return message === undefined
      ? row
      : { ...row, message: withLocalFiles(message, (uri) => receivedFiles.localPath(uri)) };
  }
}
