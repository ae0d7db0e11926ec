import { assert } from "@std/assert";
import type { RowRef } from "../../../src/inbox/state/delivery_snapshot.ts";
import type { DeliveryState } from "../../../src/inbox/state/delivery_state.ts";
import { HeldFiles, HOLD_MS } from "../../../src/inbox/files/held_files.ts";
import type { Pass } from "../../../src/inbox/state/read_positions.ts";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import { MessageQueue } from "../../../src/inbox/queue.ts";
import { isBefore } from "../../../src/inbox/state/row_time.ts";
import { type EnqueueOutcome, enqueueRow } from "../../../src/inbox/fetching/enqueue_row.ts";
import { DeliveryHarness } from "./delivery_harness.ts";
import { idOf } from "../message_support.ts";

type Sender = "user" | "peer" | "nobody";

interface SimulatedRow extends RowRef {
  readonly from: Sender;
  readonly upload?: true;
  /** The upload that it is the caption of. */
  readonly names?: string;
}

interface SimulatedPage {
  readonly rows: SimulatedRow[];
  readonly more: boolean;
}

/** Of users' messages, and of peers'. */
const QUEUE_CAPACITY = 6;
/** Real pages have a hundred rows or more: a caption is on the page that begins with its upload. */
const LEAST_BEHIND_UPLOAD = 100;
const HOUR_MS = 3_600_000;

/**
 * A platform, a consumer that moves along it as `LogConsumer` does, and an agent that pops; queue, rows
 * being taken and the state are the real ones, on the real disk. Crashes drop all that is in memory.
 */
export class DeliverySimulation implements AsyncDisposable {
  readonly popped = new Set<string>();
  /** Messages handed to the agent although their pop had been answered. */
  readonly deliveredAfterPop: string[] = [];
  /** Messages handed to the agent behind a later one of their class. */
  readonly outOfOrder: string[] = [];
  /** Files handed out on their own although their caption came in time. */
  readonly doubled: string[] = [];
  #newest = { user: -1, peer: -1 };
  readonly #harness: DeliveryHarness;
  readonly #delivered = new Set<string>();
  #log: SimulatedRow[] = [];
  #known: SimulatedRow[] = [];
  #queue = newQueue();
  #held: HeldFiles;
  /** What is left of a page while a user's message has no room. */
  #interrupted: (SimulatedPage & { pass: Pass }) | undefined;
  #state: DeliveryState;
  #cursorBefore: string | undefined;
  #stateBefore: string | undefined;
  #nowMs = Date.UTC(2026, 4, 6);
  #rows = 0;
  #askedAtMs = 0;

  readonly #ignoresSinceId: boolean;

  private constructor(harness: DeliveryHarness, state: DeliveryState, ignoresSinceId: boolean) {
    this.#harness = harness;
    this.#ignoresSinceId = ignoresSinceId;
    this.#state = state;
    this.#held = this.#newHeld();
  }

  /** @param options.ignoresSinceId an older platform: everything is fetched by time */
  static async begin({ ignoresSinceId = false } = {}): Promise<DeliverySimulation> {
    const harness = await DeliveryHarness.create();
    const simulation = new DeliverySimulation(harness, await harness.load(), ignoresSinceId);
    await simulation.poll(1);
    return simulation;
  }

  /** How many rows were messages in any case: an upload is none when its caption came. */
  get messages(): number {
    return this.#known.filter((row) => this.#isMessage(row)).length;
  }

  /** How many of these were popped. */
  get poppedMessages(): number {
    return this.#known.filter((row) => this.#isMessage(row) && this.popped.has(row.id)).length;
  }

  /** New rows; some share their microsecond with the one before. */
  arrive(count: number, from: Sender): void {
    for (let i = 0; i < count; i++) this.#add({ from }, i === 0);
  }

  /** The user gives files, in one go. */
  upload(count: number): void {
    for (let i = 0; i < count; i++) this.#add({ from: "user", upload: true }, i === 0);
  }

  /** The user's message that names an upload which no message names yet, if there is one. */
  caption(choice: number): void {
    const open = this.#known.filter(({ id, upload }) => upload && !this.#isNamed(id));
    const named = open[choice % Math.max(open.length, 1)];
    if (named) this.#add({ from: "user", names: named.id }, true);
  }

  #add(row: Omit<SimulatedRow, "id" | "createdAt">, first: boolean): void {
    this.#rows += 1;
    // On an N1 platform one that comes later would not be found.
    if (first || this.#rows % 3 !== 0) this.#nowMs += 1;
    const createdAt = new Date(this.#nowMs).toISOString().replace("Z", "000Z");
    // Ids without any order, as on the platform.
    const whole = { id: idOf((this.#rows * 7_919) % 100_003), createdAt, ...row };
    this.#log.push(whole);
    this.#known.push(whole);
  }

  seconds(count: number): void {
    this.#nowMs += 1_000 * count;
  }

  pass(hours: number): void {
    this.#nowMs += hours * HOUR_MS;
  }

  /** Fetches page by page; stops where the queue is full. */
  async poll(pageSize: number): Promise<void> {
    await this.#noteDisk();
    let rounds = 0;
    const assertEnds = () => assert(rounds++ <= 10 * this.#known.length + 10, "asks without end");
    if (this.#interrupted) await this.#takePage(this.#interrupted);
    if (this.#interrupted) return;
    // To the end of the log, or to a user's message that has no room.
    while (await this.#pass("forward", pageSize)) assertEnds();
    while (
      !this.#interrupted && this.#state.positions.hasDeferred && this.#queue.roomForPeers() > 0
    ) {
      if (!await this.#pass("backfill", pageSize)) break;
      assertEnds();
    }
  }

  /** The agent pops messages of its choice, all at once. */
  async pop(choices: readonly number[]): Promise<void> {
    await this.#noteDisk();
    const waiting = this.#waiting();
    const ids = new Set(choices.map((choice) => waiting[choice % Math.max(waiting.length, 1)]));
    await Promise.all([...ids].map(async (id) => {
      if (id === undefined) return;
      assert(await this.#state.acknowledge(id), "a queued message can be popped");
      this.#queue.remove(id);
      this.popped.add(id);
    }));
  }

  /** A pop while the disk is full: the agent is told, and the message still waits. */
  async failingPop(choice: number): Promise<void> {
    const waiting = this.#waiting();
    const id = waiting[choice % Math.max(waiting.length, 1)];
    if (id === undefined) return;
    let failed = false;
    await this.#harness.whileUnwritable(this.#harness.files.state, async () => {
      await this.#state.acknowledge(id).catch(() => failed = true);
    });
    assert(failed && this.#state.isWaiting(id));
  }

  async crash(instant: "at rest" | "between writes" | "before the write"): Promise<void> {
    const { files } = this.#harness;
    // Only what nobody was told about may be undone; pops of the last step were answered.
    const canUndo = this.#stateBefore !== undefined && !this.#answeredSinceNote();
    if (instant === "before the write" && canUndo) {
      await this.#harness.put(files.state, this.#stateBefore);
    }
    if (instant !== "at rest") await this.#harness.put(files.cursor, this.#cursorBefore);
    await this.#restart();
  }

  /** Retention: the platform no longer has the row of the cursor, or nothing that was handled. */
  forget(cursorOnly: boolean): void {
    const position = this.#state.positions.sinceId("forward");
    // The older rows go first: not a caption without its upload.
    const isHandled = ({ id, from }: SimulatedRow) =>
      from === "nobody" || this.popped.has(id) ||
      this.#known.some((row) => row.names === id && this.popped.has(row.id));
    const named = this.#known.find(({ id }) => id === position)?.names;
    this.#log = this.#log.filter((row) =>
      !isHandled(row) || (cursorOnly && row.id !== position && row.id !== named)
    );
  }

  async removeCursorFile(): Promise<void> {
    await this.#harness.put(this.#harness.files.cursor, undefined);
    await this.#restart();
  }

  /** In the end everything is fetched and popped, over a last restart. */
  async drain(): Promise<void> {
    await this.#restart();
    // Each round pops at least one message while there are any.
    for (let round = 0; round <= this.messages && this.#hasMore(); round++) {
      await this.poll(4);
      this.#nowMs += HOLD_MS + 1;
      await this.poll(4);
      await this.pop(Array.from({ length: 2 * QUEUE_CAPACITY }, (_, i) => i));
    }
  }

  neverDelivered(): string[] {
    return this.#known.filter((row) => this.#isMessage(row) && !this.#delivered.has(row.id))
      .map(({ id }) => id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#harness[Symbol.asyncDispose]();
  }

  async #restart(): Promise<void> {
    this.#queue = newQueue();
    this.#newest = { user: -1, peer: -1 };
    this.#interrupted = undefined;
    this.#held = this.#newHeld();
    this.#state = await this.#harness.load();
    await this.poll(3);
  }

  /** @returns whether the pass is to go on */
  async #pass(pass: Pass, pageSize: number): Promise<boolean> {
    this.#askedAtMs = this.#nowMs;
    const page = await this.#fetch(pass, pageSize);
    return page !== undefined && await this.#takePage({ ...page, pass });
  }

  /** A user's message without room waits in the middle of its page, as in `LogConsumer`. */
  async #takePage(page: SimulatedPage & { pass: Pass }): Promise<boolean> {
    const { pass, more } = page;
    this.#interrupted = undefined;
    let whole = true;
    const before = this.#state.positions.sinceId(pass);
    const held = this.#heldOf(page.rows);
    for (const [index, row] of page.rows.entries()) {
      const outcome = this.#take(row, pass, page.rows, held);
      if (outcome === "no room") this.#interrupted = { ...page, rows: page.rows.slice(index) };
      whole = outcome !== "no room" && outcome !== "held" &&
        !(outcome === "deferred" && pass === "backfill");
      if (!whole) break;
    }
    if (pass === "backfill" && whole && !more) this.#state.positions.endBackfill();
    await this.#state.flush();
    return more && !this.#interrupted && this.#state.positions.sinceId(pass) !== before;
  }

  /** The page's files that wait on. */
  #heldOf(rows: readonly SimulatedRow[]): ReadonlySet<string> {
    const times = { askedAtMs: this.#askedAtMs, lastAt: rows.at(-1)?.createdAt ?? "" };
    return new Set(
      rows.filter((row) =>
        row.upload && !this.#state.isHandled(row.id, row.createdAt) &&
        !this.#state.isWaiting(row.id) && !rows.some(({ names }) => names === row.id) &&
        this.#held.holds(row, times)
      ).map(({ id }) => id),
    );
  }

  async #fetch(
    pass: Pass,
    pageSize: number,
  ): Promise<SimulatedPage | undefined> {
    const position = this.#state.positions.sinceId(pass);
    if (position !== undefined && !this.#ignoresSinceId) {
      const cursor = this.#log.find(({ id }) => id === position);
      if (cursor) {
        // As on an N1 platform, which passes over the rows of the cursor's microsecond.
        const rows = this.#log.filter(({ createdAt }) => isBefore(cursor.createdAt, createdAt));
        return cut(rows, rows[0]?.upload ? Math.max(pageSize, LEAST_BEHIND_UPLOAD) : pageSize);
      }
      await this.#state.reset(); // 410
      if (pass === "backfill") return undefined;
    }
    const since = this.#state.handledUntil;
    const rows = this.#log.filter(({ createdAt }) =>
      since === undefined || !isBefore(createdAt, since)
    );
    await this.#state.begin(new Date(this.#nowMs));
    return { rows, more: false };
  }

  #take(
    row: SimulatedRow,
    pass: Pass,
    page: readonly SimulatedRow[],
    held: ReadonlySet<string>,
  ): EnqueueOutcome {
    const named = row.upload && page.some(({ names }) => names === row.id) &&
      !this.#state.isWaiting(row.id);
    const message = row.from === "nobody" || named ? undefined : messageOf(row);
    const taker = { state: this.#state, queue: this.#queue, workspaceId: "" };
    const nextAt = page[page.indexOf(row) + 1]?.createdAt;
    const ref = { ...row, ...(nextAt !== undefined && { nextAt }) };
    const fetched = { ref, message, keep: named ?? false, held: held.has(row.id) };
    const outcome = enqueueRow(fetched, pass, taker);
    if (outcome === "queued") {
      this.#delivered.add(row.id);
      if (this.popped.has(row.id)) this.deliveredAfterPop.push(row.id);
      if (row.upload && this.#isNamedInTime(row)) this.doubled.push(row.id);
      this.#noteOrder(row);
    }
    return outcome;
  }

  #isMessage({ id, from, upload }: SimulatedRow): boolean {
    return from !== "nobody" && !(upload && this.#isNamed(id));
  }

  #isNamed(id: string): boolean {
    return this.#known.some(({ names }) => names === id);
  }

  #isNamedInTime({ id, createdAt }: SimulatedRow): boolean {
    const caption = this.#known.find(({ names }) => names === id);
    return caption !== undefined &&
      Date.parse(caption.createdAt) - Date.parse(createdAt) < HOLD_MS;
  }

  #newHeld(): HeldFiles {
    return new HeldFiles(() => this.#nowMs);
  }

  /** Within a class messages come in the order of the log, from one start to the next. */
  #noteOrder({ id, from }: SimulatedRow): void {
    if (from === "nobody") return;
    const place = this.#known.findIndex((row) => row.id === id);
    if (place < this.#newest[from]) this.outOfOrder.push(id);
    this.#newest[from] = place;
  }

  #waiting(): string[] {
    return this.#queue.peek(Infinity).map(({ activity_id }) => activity_id);
  }

  async #noteDisk(): Promise<void> {
    this.#cursorBefore = await this.#harness.cursor();
    this.#stateBefore = await this.#harness.state();
    this.#poppedAtNote = this.popped.size;
  }

  #poppedAtNote = 0;

  #answeredSinceNote(): boolean {
    return this.popped.size !== this.#poppedAtNote;
  }

  #hasMore(): boolean {
    return this.#log.some((row) => this.#isMessage(row) && !this.popped.has(row.id));
  }
}

function newQueue(): MessageQueue {
  return new MessageQueue({ capacity: QUEUE_CAPACITY });
}

/** A page does not end between rows of one instant, as `rowsAfter` sees to. */
function cut(rows: SimulatedRow[], pageSize: number): SimulatedPage {
  if (rows.length < pageSize) return { rows, more: false };
  const page = rows.slice(0, pageSize);
  const last = page.at(-1)?.createdAt;
  const end = page.findLastIndex(({ createdAt }) => createdAt !== last);
  const ofOneInstant = rows.filter(({ createdAt }) => createdAt === last);
  return { rows: end === -1 ? ofOneInstant : page.slice(0, end + 1), more: true };
}

function messageOf({ id, createdAt, from }: SimulatedRow): InboxMessage {
  return {
    activity_id: id,
    text: "",
    peer_id: "",
    kind: from === "user" ? "canvas_user" : "peer_agent",
    method: "message/send",
    created_at: createdAt,
  };
}
