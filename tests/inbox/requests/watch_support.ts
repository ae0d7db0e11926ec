/**
 * What the tests of requests in the inbox share: a workspace that asks, and a look that is made when
 * a test wants it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import { MessageQueue } from "../../../src/inbox/queue.ts";
import { HandledRequests } from "../../../src/inbox/requests/handled_requests.ts";
import { MissedDecisions } from "../../../src/inbox/requests/missed_decisions.ts";
import { ToldDecisions } from "../../../src/inbox/requests/told_decisions.ts";
import type { LookOutcome } from "../../../src/inbox/requests/look_schedule.ts";
import { RequestWatch } from "../../../src/inbox/requests/request_watch.ts";
import { deliveryFiles } from "../../../src/inbox/state/delivery_files.ts";
import { createRequest, type NewRequest } from "../../../src/platform/api/requests.ts";
import type { PlatformClient } from "../../../src/platform/client/client.ts";
import { clientFor, InboxHarness } from "../inbox_harness.ts";

/** A workspace that is asked, and one that asks. */
export interface AskingHarness extends AsyncDisposable {
  readonly asked: InboxHarness;
  readonly asker: PlatformClient;
  /** Raises a request to the one that is asked. @returns its id */
  ask(request?: Partial<NewRequest>): Promise<string>;
}

export async function askingHarness(
  options: { version?: "n2" | "n3"; below?: boolean } = {},
): Promise<AskingHarness> {
  const { below = true, ...ofPlatform } = options;
  const asked = await InboxHarness.start(ofPlatform);
  const { platform, stateDir, signal } = asked;
  const parent = below ? { parentId: asked.id } : {};
  const workspace = await platform.createWorkspace({ name: "Asker", ...parent });
  const asker = clientFor(platform, { ...workspace, stateDir });
  return {
    asked,
    asker,
    ask: async (request = {}) => {
      const whole = { kind: "task", title: "Re-run the export", ...request } as const;
      return (await createRequest(asker, { ...whole, recipientId: asked.id }, signal)).id;
    },
    [Symbol.asyncDispose]: async () => {
      asker.close();
      await asked[Symbol.asyncDispose]();
    },
  };
}

/** Raises a request to the user. @returns its id */
export async function raise({ asked }: AskingHarness): Promise<string> {
  const request = { kind: "task", title: "Never mind" } as const;
  return (await createRequest(asked.client, request, asked.signal)).id;
}

/** A look at the inbox of requests that runs. */
export interface TestWatch {
  readonly watch: RequestWatch;
  readonly queue: MessageQueue;
  readonly handled: HandledRequests;
  readonly missed: MissedDecisions;
  readonly told: ToldDecisions;
  /** Lets time pass: the time that a row may take, or that puts reads off. */
  pass(durationMs: number): void;
  /** The ids of the messages whose texts went to files. */
  readonly saved: readonly string[];
  /** Every message that was queued. */
  readonly arrived: InboxMessage[];
  readonly clock: ManualClock;
  /** Looks once, and waits until that is done. */
  look(): Promise<void>;
  /** Ends it, as when the process ends. */
  close(): Promise<void>;
}

/** Looks at once, and then when it is told to. */
class ManualClock {
  /** What came of the looks. */
  readonly outcomes: LookOutcome[] = [];
  #wanted = Promise.withResolvers<void>();
  #looked = Promise.withResolvers<void>();

  wanted(): void {
    this.#wanted.resolve();
  }

  /** Resolves at the end of a look that has not begun yet. */
  async nextLook(): Promise<void> {
    await this.#looked.promise;
  }

  first(): Promise<void> {
    return Promise.resolve();
  }

  async next(outcome: LookOutcome, signal: AbortSignal): Promise<void> {
    this.outcomes.push(outcome);
    const { resolve } = this.#looked;
    this.#looked = Promise.withResolvers<void>();
    resolve();
    const over = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => over.resolve(), { once: true });
    if (!signal.aborted) await Promise.race([this.#wanted.promise, over.promise]);
    this.#wanted = Promise.withResolvers<void>();
  }
}

/** As after a start: what is on disk is read. It looks at once, and then when it is told to. */
export async function openWatch(
  harness: InboxHarness,
  { capacity, fetching = true }: { capacity?: number; fetching?: boolean } = {},
): Promise<TestWatch> {
  const files = deliveryFiles(harness.stateDir, harness.id, undefined);
  const handled = await HandledRequests.load(files.requests, (line) => harness.lines.push(line));
  const told = await ToldDecisions.load(files.decisions, (line) => harness.lines.push(line));
  const missed = new MissedDecisions({ client: harness.client, told, now: () => nowMs });
  let nowMs = 0;
  const queue = new MessageQueue({ capacity });
  const arrived: InboxMessage[] = [];
  const saved: string[] = [];
  const stop = new AbortController();
  const clock = new ManualClock();
  const watch = new RequestWatch({
    client: harness.client,
    queue,
    handled,
    told,
    missed,
    saveText: (id) => {
      saved.push(id);
      return Promise.resolve("/saved/message.txt");
    },
    tagArrival: false,
    now: () => nowMs,
    onMessage: (message) => arrived.push(message),
    fetching: () => fetching,
    log: harness.log,
    clock,
  });
  const first = clock.nextLook();
  const running = watch.run(AbortSignal.any([harness.signal, stop.signal]));
  harness.runs(running);
  await first;
  return {
    watch,
    missed,
    told,
    pass: (durationMs) => void (nowMs += durationMs),
    queue,
    handled,
    saved,
    arrived,
    clock,
    look: async () => {
      const looked = clock.nextLook();
      clock.wanted();
      await looked;
    },
    close: async () => {
      stop.abort();
      await running;
      await watch.close();
    },
  };
}

/** The messages that wait have these ids, in this order. */
export function assertWaiting(queue: MessageQueue, ids: readonly string[]): void {
  assertEquals(queue.peek(Infinity).map(({ activity_id }) => activity_id), [...ids]);
}
