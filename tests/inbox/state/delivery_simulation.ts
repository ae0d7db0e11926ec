import { assert } from "@std/assert";
import type { DeliveryState } from "../../../src/inbox/state/delivery_state.ts";
import { HeldFiles, HOLD_MS } from "../../../src/inbox/files/held_files.ts";
import type { Pass } from "../../../src/inbox/state/read_positions.ts";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import { MessageQueue } from "../../../src/inbox/queue.ts";
import { type EnqueueOutcome, enqueueRow } from "../../../src/inbox/fetching/enqueue_row.ts";
import { DeliveryHarness } from "./delivery_harness.ts";
import { SimulatedAgent } from "./simulated_agent.ts";
import { SimulatedLog, type SimulatedPage, type SimulatedRow } from "./simulated_log.ts";

/** Of users' messages, and of peers'. */
const QUEUE_CAPACITY = 6;

/**
 * A platform, a consumer that moves along it as `LogConsumer` does, and an agent that pops; queue, rows
 * being taken and the state are the real ones, on the real disk. Crashes drop all that is in memory.
 */
export class DeliverySimulation implements AsyncDisposable {
  readonly log = new SimulatedLog();
  readonly agent = new SimulatedAgent(this.log);
  readonly #harness: DeliveryHarness;
  #queue = newQueue();
  #held: HeldFiles;
  /** What is left of a page while a user's message has no room. */
  #interrupted: (SimulatedPage & { pass: Pass }) | undefined;
  #state: DeliveryState;
  #cursorBefore: string | undefined;
  #stateBefore: string | undefined;
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

  /** Fetches page by page; stops where the queue is full. */
  async poll(pageSize: number): Promise<void> {
    await this.#noteDisk();
    let rounds = 0;
    const assertEnds = () => assert(rounds++ <= 10 * this.log.all.length + 10, "asks without end");
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
      this.agent.popped.add(id);
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
    this.log.forget(this.#state.positions.sinceId("forward"), cursorOnly, this.agent.popped);
  }

  async removeCursorFile(): Promise<void> {
    await this.#harness.put(this.#harness.files.cursor, undefined);
    await this.#restart();
  }

  /** In the end everything is fetched and popped, over a last restart. */
  async drain(): Promise<void> {
    await this.#restart();
    // Each round pops at least one message while there are any.
    for (
      let round = 0;
      round <= this.log.messages().length && this.log.hasMore(this.agent.popped);
      round++
    ) {
      await this.poll(4);
      this.log.nowMs += HOLD_MS + 1;
      await this.poll(4);
      await this.pop(Array.from({ length: 2 * QUEUE_CAPACITY }, (_, i) => i));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#harness[Symbol.asyncDispose]();
  }

  async #restart(): Promise<void> {
    this.#queue = newQueue();
    this.agent.restart();
    this.#interrupted = undefined;
    this.#held = this.#newHeld();
    this.#state = await this.#harness.load();
    await this.poll(3);
  }

  /** @returns whether the pass is to go on */
  async #pass(pass: Pass, pageSize: number): Promise<boolean> {
    this.#askedAtMs = this.log.nowMs;
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
      const page = this.log.after(position, pageSize);
      if (page) return page;
      await this.#state.reset(); // 410
      if (pass === "backfill") return undefined;
    }
    const page = this.log.since(this.#state.handledUntil);
    await this.#state.begin(new Date(this.log.nowMs));
    return page;
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
    if (outcome === "queued") this.agent.receive(row);
    return outcome;
  }

  #newHeld(): HeldFiles {
    return new HeldFiles(() => this.log.nowMs);
  }

  #waiting(): string[] {
    return this.#queue.peek(Infinity).map(({ activity_id }) => activity_id);
  }

  async #noteDisk(): Promise<void> {
    this.#cursorBefore = await this.#harness.cursor();
    this.#stateBefore = await this.#harness.state();
    this.#poppedAtNote = this.agent.popped.size;
  }

  #poppedAtNote = 0;

  #answeredSinceNote(): boolean {
    return this.agent.popped.size !== this.#poppedAtNote;
  }
}

function newQueue(): MessageQueue {
  return new MessageQueue({ capacity: QUEUE_CAPACITY });
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
