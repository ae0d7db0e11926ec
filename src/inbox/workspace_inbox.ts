import { reasonOf } from "../lib/system_error.ts";
import type { PlatformClient } from "../platform/client/client.ts";
import { sleep } from "../lib/sleep.ts";
import type { Log } from "../safety/log.ts";
import { Acknowledger } from "./fetching/acknowledger.ts";
import { DelivererLock } from "./state/deliverer_lock.ts";
import type { DeliveryFiles } from "./state/delivery_files.ts";
import { DeliveryState } from "./state/delivery_state.ts";
import { IdleFetchLimit } from "./fetching/idle_fetch_limit.ts";
import { LogConsumer } from "./log_consumer.ts";
import type { InboxProblem, InboxState } from "./inbox.ts";
import type { InboxMessage } from "./message.ts";
import type { SentFiles } from "./files/sent_files.ts";
import { Poller, unheard } from "./fetching/poller.ts";
import type { MessageQueue } from "./queue.ts";
import { EventStreamFollower } from "./fetching/event_stream_follower.ts";
import { ReceivedFiles } from "./files/received_files.ts";

/** The pause after trouble on this side, such as a full disk. */
const RETRY_INTERVAL_MS = 30_000;
/** One request when the agent begins to wait, one that brings the message. */
const FETCHES_PER_WAIT = 2;
const TIDY_INTERVAL_MS = 24 * 60 * 60_000;

/** What the inbox of a workspace needs. */
export interface WorkspaceInboxOptions {
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
  readonly log: Log;
}

/**
 * The inbox of one workspace: stands by until this process is the one on this machine that delivers
 * its messages, and from then on runs the parts that fetch, queue and acknowledge them.
 */
export class WorkspaceInbox {
  readonly #options: WorkspaceInboxOptions;
  readonly #lock: DelivererLock;
  readonly #settled = Promise.withResolvers<void>();
  #consumer: LogConsumer | undefined;
  #poller: Poller | undefined;
  #trouble: string | undefined;
  #standsBy = false;

  constructor(options: WorkspaceInboxOptions) {
    this.#options = options;
    this.#lock = new DelivererLock(options.files.lock);
  }

  get workspaceId(): string {
    return this.#options.client.workspace.id;
  }

  /** Whether this process delivers the workspace's messages. */
  get delivering(): boolean {
    return this.#consumer !== undefined;
  }

  /** Resolves once it is known whether this process delivers. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Why it cannot deliver; `undefined` while it only stands by. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** What this process does for the workspace's messages. */
  get mode(): InboxState["mode"] {
    if (this.delivering) return "delivering";
    if (this.#standsBy) return "standing_by";
    return this.#trouble === undefined ? "starting" : "stopped";
  }

  /** Why there may be messages that this process does not know about. */
  get problem(): InboxProblem | undefined {
    const text = this.#standsBy
      ? `Another process on this machine delivers the messages of workspace ${this.workspaceId}`
      : this.#trouble;
    if (text !== undefined) return { kind: "stopped", text };
    // A token has been accepted since, but no messages have been requested with it yet.
    const isOver = this.#poller?.isRefused && this.#options.client.access.problem === undefined;
    return isOver ? unheard(this.workspaceId) : this.#poller?.problem;
  }

  /** Resolves once the platform has been asked, if this process is the one that asks. */
  async asked(): Promise<void> {
    await this.settled;
    await this.#poller?.asked;
    // No request was made since a token was accepted again.
    if (this.problem?.kind === "unheard") this.#poller?.signOfLife();
  }

  /** Which other process delivers, as far as known. */
  async holder(): Promise<string> {
    return await this.#lock.holder() ?? "another process";
  }

  /** The agent begins to wait for a message: fetches at once if the limit allows it. */
  pollNow(): void {
    this.#options.client.callForAgent(FETCHES_PER_WAIT);
    this.#poller?.pollNow();
  }

  /** The platform answered another request of this workspace: an outage may be over. */
  signOfLife(): void {
    this.#poller?.signOfLife();
  }

  async pop(activityId: string): Promise<boolean> {
    return await this.#consumer?.pop(activityId) ?? false;
  }

  /** Runs until the signal fires. Never throws: failures are reported, and retried. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const outcome = await this.#runOnce(signal);
      if (outcome !== "lock lost") await sleep(RETRY_INTERVAL_MS, signal);
    }
  }

  async #runOnce(signal: AbortSignal): Promise<"ended" | "lock lost"> {
    const { client, files, log, stateDir } = this.#options;
    try {
      const held = await this.#lock.acquire(() => {
        log.info(`Another process delivers for workspace ${client.workspace.id}; standing by`);
        this.#standsBy = true;
        this.#options.onChange?.();
        this.#settled.resolve();
      }, signal);
      this.#standsBy = false;
      if (!held) return "ended";
      const over = new AbortController();
      const until = AbortSignal.any([signal, over.signal]);
      const watching = held.lost(until).then((lost) => {
        if (lost) over.abort();
        return lost;
      });
      try {
        await this.#receive(until);
      } finally {
        over.abort();
        await watching;
        held[Symbol.dispose]();
      }
      if (!await watching) return "ended";
      log.problem(
        `The lock file ${files.lock} was removed or replaced: delivery for workspace ` +
          `${client.workspace.id} pauses until it is locked again`,
      );
      return "lock lost";
    } catch (error) {
      const reason = reasonOf(error).replace(/\.$/, "");
      const trouble = `Cannot receive messages for workspace ${client.workspace.id}: ${reason}. ` +
        `Check the state directory ${stateDir}; retrying every 30 s`;
      log.problem(trouble, { subject: `receiving ${client.workspace.id}` });
      this.#trouble = trouble;
      this.#options.onChange?.();
      return "ended";
    } finally {
      this.#settled.resolve();
    }
  }

  /** Returns only when nothing in this process delivers any more: then another process may. */
  async #receive(signal: AbortSignal): Promise<void> {
    const { client, files, stateDir, queue, log, workspaceCount } = this.#options;
    const report = (line: string) => log.problem(line);
    const state = await DeliveryState.load(files, report);
    const receivedFiles = new ReceivedFiles(client, { stateDir, log });
    await receivedFiles.removeExpired();
    const idleFetchLimit = new IdleFetchLimit();
    const consumer = new LogConsumer({
      ...this.#options,
      state,
      receivedFiles,
      idleFetchLimit,
      onRoom: () => poller.wake(),
      report,
    });
    const stream = new EventStreamFollower(client, { log, onRow: () => poller.wake() });
    const poller = new Poller(consumer, {
      workspaceId: client.workspace.id,
      conditions: () => ({ waiting: queue.waiting, streaming: stream.alive, workspaceCount }),
      idleFetchLimit,
      log,
    });
    this.#consumer = consumer;
    this.#poller = poller;
    this.#trouble = undefined;
    this.#options.onChange?.();
    log.over(`receiving ${client.workspace.id}`);
    this.#settled.resolve();
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const parts = [poller.run(either), stream.run(either), tidyDaily(receivedFiles, either)];
    parts.push(new Acknowledger({ client, state, log }).run(either));
    try {
      await Promise.all(parts);
    } finally {
      failed.abort(); // A part that ends with an error must not leave the others running.
      await Promise.allSettled(parts);
      this.#consumer = this.#poller = undefined;
      this.#options.onChange?.();
      await consumer.close();
    }
  }
}

async function tidyDaily(receivedFiles: ReceivedFiles, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(TIDY_INTERVAL_MS, signal);
    if (!signal.aborted) await receivedFiles.removeExpired();
  }
}
