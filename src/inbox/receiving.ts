import type { PlatformClient } from "../platform/client/client.ts";
import type { Log } from "../safety/log.ts";
import type { DeliveryFiles } from "./state/delivery_files.ts";
import type { SentFiles } from "./files/sent_files.ts";
import type { MessageQueue } from "./queue.ts";
import type { RequestEvent } from "../platform/api/event_stream.ts";
import { errorText } from "../lib/error_text.ts";
import { sleep } from "../lib/sleep.ts";
import { Acknowledger } from "./fetching/acknowledger.ts";
import { EventStreamFollower } from "./fetching/event_stream_follower.ts";
import { IdleFetchLimit } from "./fetching/idle_fetch_limit.ts";
import { Poller } from "./fetching/poller.ts";
import { ReceivedFiles } from "./files/received_files.ts";
import type { InboxProblem } from "./inbox.ts";
import { LogConsumer } from "./log_consumer.ts";
import type { InboxMessage } from "./message.ts";
import { HandledRequests } from "./requests/handled_requests.ts";
import type { RequestEvents } from "./requests/request_events.ts";
import { LookClock } from "./requests/look_clock.ts";
import { MissedDecisions } from "./requests/missed_decisions.ts";
import { ToldDecisions } from "./requests/told_decisions.ts";
import { RequestWatch } from "./requests/request_watch.ts";
import { DeliveryState } from "./state/delivery_state.ts";

const TIDY_INTERVAL_MS = 24 * 60 * 60_000;

/** What the inbox of a workspace needs. */
export interface ReceivingOptions {
  readonly client: PlatformClient;
  readonly files: DeliveryFiles;
  readonly stateDir: string;
  readonly queue: MessageQueue;
  readonly sentFiles: SentFiles;
  readonly tagArrival: boolean;
  /** How many workspaces of this process share the platform's rate limit. */
  readonly workspaceCount: number;
  /** Must not throw. */
  readonly onMessage: (message: InboxMessage) => void;
  /** Called after each change of `mode`. */
  readonly onChange?: () => void;
  /**
   * The platform holds an answer to a request, or may hold another one: it hands one out at each
   * heartbeat (src/platform/API.md, "How an answer reaches the asker").
   */
  readonly onAnswerHeld?: () => void;
  readonly log: Log;
}

/**
 * The parts that fetch, queue and acknowledge the messages of one workspace, for as long as this
 * process is the one that delivers them.
 */
export class Receiving {
  readonly poller: Poller;
  readonly #options: ReceivingOptions;
  readonly #events: RequestEvents;
  readonly #consumer: LogConsumer;
  readonly #requests: RequestWatch;
  readonly #missed: MissedDecisions;
  readonly #told: ToldDecisions;
  readonly #looks: LookClock;
  readonly #stream: EventStreamFollower;
  readonly #receivedFiles: ReceivedFiles;
  readonly #acknowledger: Acknowledger;

  private constructor(
    options: ReceivingOptions,
    events: RequestEvents,
    kept: {
      state: DeliveryState;
      receivedFiles: ReceivedFiles;
      handled: HandledRequests;
      told: ToldDecisions;
    },
  ) {
    const { client, queue, log, workspaceCount } = options;
    const { state, receivedFiles, handled, told } = kept;
    this.#options = options;
    this.#events = events;
    this.#receivedFiles = receivedFiles;
    this.#told = told;
    const idleFetchLimit = new IdleFetchLimit();
    this.#looks = new LookClock({
      workspaceCount,
      conditions: () => ({ streaming: this.#stream.alive, waiting: queue.waiting }),
    });
    this.#missed = new MissedDecisions({ client, told });
    this.#requests = new RequestWatch({
      ...options,
      handled,
      told,
      missed: this.#missed,
      saveText: (id, text) => receivedFiles.saveText(id, text),
      clock: this.#looks,
      fetching: () => this.poller.problem === undefined,
    });
    this.#consumer = new LogConsumer({
      ...options,
      onMessage: (message) => this.#rowArrived(message),
      isTold: ({ kind, request_id: id }) =>
        kind === "request_decision" && id !== undefined && this.#requests.tellsDecision(id),
      state,
      receivedFiles,
      idleFetchLimit,
      onRoom: () => this.poller.wake(),
      report: (line) => log.problem(line),
    });
    this.#stream = new EventStreamFollower(client, {
      log,
      onRow: () => this.poller.wake(),
      onRequest: (event) => this.#requestEvent(event),
      onStream: (change) => {
        if (change === "began") this.#looks.streamBegan();
        else this.#looks.streamEnded();
      },
    });
    this.poller = new Poller(this.#consumer, {
      workspaceId: client.workspace.id,
      conditions: () => ({
        waiting: queue.waiting,
        streaming: this.#stream.alive,
        workspaceCount,
      }),
      idleFetchLimit,
      log,
    });
    this.#acknowledger = new Acknowledger({ client, state, log });
  }

  /** Reads what the process before has left on disk. */
  static async open(options: ReceivingOptions, events: RequestEvents): Promise<Receiving> {
    const { client, files, stateDir, log } = options;
    const report = (line: string) => log.problem(line);
    const state = await DeliveryState.load(files, report);
    const receivedFiles = new ReceivedFiles(client, { stateDir, log });
    await receivedFiles.removeExpired();
    const handled = await HandledRequests.load(files.requests, report);
    const told = await ToldDecisions.load(files.decisions, report);
    return new Receiving(options, events, { state, receivedFiles, handled, told });
  }

  /** Why there may be messages that are not known here. */
  get problem(): InboxProblem | undefined {
    const ofRequests = this.#requests.problem;
    return this.poller.problem ??
      (ofRequests === undefined ? undefined : { kind: "partly", text: ofRequests });
  }

  async pop(activityId: string): Promise<boolean> {
    const isPopped = await this.#requests.pop(activityId) || await this.#popRow(activityId);
    this.#requests.offer();
    return isPopped;
  }

  async #popRow(activityId: string): Promise<boolean> {
    // First: should the process end in between, its row is passed by, not told again.
    await this.#missed.rowHandled(activityId);
    return await this.#consumer.pop(activityId);
  }

  /** The agent wrote to a request: somebody may answer, of which no event may tell. */
  wroteToRequest(): void {
    this.#looks.wanted();
  }

  /** The agent took a request back. Failing to record it only makes that news to the agent. */
  async cancelledRequest(requestId: string): Promise<void> {
    try {
      await this.#told.add(requestId);
    } catch (error) {
      this.#options.log.problem(
        `Cannot record that the agent cancelled request ${requestId}: ${errorText(error)}`,
      );
    }
  }

  /** Runs until the signal fires; the first part that ends with an error ends the others. */
  async run(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const parts = [this.poller, this.#stream, this.#requests, this.#acknowledger]
      .map((part) => part.run(either));
    parts.push(this.#tidyDaily(either));
    try {
      await Promise.all(parts);
    } finally {
      failed.abort();
      await Promise.allSettled(parts);
    }
  }

  /** After `run`: when it resolves, nothing in this process delivers any more. */
  async close(): Promise<void> {
    await Promise.all([this.#consumer.close(), this.#requests.close()]);
    await this.#told.idle();
  }

  #requestEvent(event: RequestEvent): void {
    this.#events.happened();
    if (event === "asked") this.#looks.wanted();
    else this.#options.onAnswerHeld?.();
  }

  #rowArrived(message: InboxMessage): void {
    this.#options.onMessage(message);
    const { kind, request_id: requestId, activity_id: rowId } = message;
    if (kind === "request_decision" && requestId !== undefined) {
      this.#missed.rowArrived(rowId, requestId);
    }
    // A reminder is about requests that no event may have announced.
    if (kind === "platform") this.#looks.wanted();
    // There may be another answer behind this one.
    if (kind === "request_decision" || kind === "request_message") this.#requestEvent("answered");
  }

  async #tidyDaily(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(TIDY_INTERVAL_MS, signal);
      if (!signal.aborted) await this.#receivedFiles.removeExpired();
    }
  }
}
