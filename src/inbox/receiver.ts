import { reasonOf } from "../lib/system_error.ts";
import type { PlatformClient } from "../platform/client.ts";
import { sleep } from "../lib/sleep.ts";
import type { Log } from "../safety/log.ts";
import { Acknowledger } from "./fetching/acknowledger.ts";
import { DelivererLock } from "./state/deliverer_lock.ts";
import type { DeliveryFiles } from "./state/delivery_files.ts";
import { DeliveryState } from "./state/delivery_state.ts";
import { FetchAllowance } from "./fetching/fetch_allowance.ts";
import { Mailbox } from "./mailbox.ts";
import type { InboxMessage } from "./message.ts";
import type { OwnUploads } from "./files/own_uploads.ts";
import { type FetchProblem, Poller, unheard } from "./fetching/poller.ts";
import type { MessageQueue } from "./queue.ts";
import { StreamFollower } from "./fetching/stream_follower.ts";
import { UploadFetcher } from "./files/uploads.ts";

/** How soon it is tried again after trouble on this side. */
const RETRY_INTERVAL_MS = 30_000;
/** One when the agent begins to wait, one that brings the message. */
const FETCHES_OF_A_WAIT = 2;
const TIDY_INTERVAL_MS = 24 * 60 * 60_000;

/** Why messages of a workspace may not be known: `stopped` until somebody does something. */
export interface InboxProblem extends Omit<FetchProblem, "kind"> {
  readonly kind: FetchProblem["kind"] | "stopped";
}

/** What a receiver works with. */
export interface ReceiverOptions {
  readonly client: PlatformClient;
  readonly files: DeliveryFiles;
  readonly stateDir: string;
  readonly queue: MessageQueue;
  readonly ownUploads: OwnUploads;
  readonly tagArrival: boolean;
  /** Workspaces of this process, which share the platform's rate limit. */
  readonly workspaces: number;
  /** Must not throw. */
  readonly onMessage: (message: InboxMessage) => void;
  readonly log: Log;
}

/**
 * Receives for one workspace, from the moment that this process is the one to deliver on this
 * machine until the end.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #lock: DelivererLock;
  readonly #settled = Promise.withResolvers<void>();
  #mailbox: Mailbox | undefined;
  #poller: Poller | undefined;
  #trouble: string | undefined;
  #standsBy = false;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#lock = new DelivererLock(options.files.lock);
  }

  get workspaceId(): string {
    return this.#options.client.workspace.id;
  }

  /** Whether this process delivers the workspace's messages. */
  get delivering(): boolean {
    return this.#mailbox !== undefined;
  }

  /** Resolves once it is known whether this process delivers. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Why it does not deliver, when it cannot; `undefined` while it only stands by. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Why there may be messages that this process does not know of. */
  get problem(): InboxProblem | undefined {
    const text = this.#standsBy
      ? `Another process on this machine delivers the messages of workspace ${this.workspaceId}`
      : this.#trouble;
    if (text !== undefined) return { kind: "stopped", text };
    // The token was taken since, but it was not asked with that.
    const isOver = this.#poller?.isRefused && this.#options.client.access.problem === undefined;
    return isOver ? unheard(this.workspaceId) : this.#poller?.problem;
  }

  /** Resolves once the platform was asked, if it is this process that asks. */
  async asked(): Promise<void> {
    await this.settled;
    await this.#poller?.asked;
    // Nobody has asked since the token was taken again.
    if (this.problem?.kind === "unheard") this.#poller?.signOfLife();
  }

  /** Which other process delivers, as far as it is known. */
  async holder(): Promise<string> {
    return await this.#lock.holder() ?? "another process";
  }

  /** Somebody waits for a message: polling may hurry. */
  hurry(): void {
    this.#options.client.callForAgent(FETCHES_OF_A_WAIT);
    this.#poller?.hurry();
  }

  /** The platform answered this workspace something else: an outage may be over. */
  signOfLife(): void {
    this.#poller?.signOfLife();
  }

  async pop(activityId: string): Promise<boolean> {
    return await this.#mailbox?.pop(activityId) ?? false;
  }

  /** Until the signal fires. Never throws: what goes wrong is reported, and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const outcome = await this.#runOnce(signal);
      // Trouble, such as a full disk or a lock file of no use.
      if (outcome !== "lock lost") await sleep(RETRY_INTERVAL_MS, signal);
    }
  }

  async #runOnce(signal: AbortSignal): Promise<"ended" | "lock lost"> {
    const { client, files, log, stateDir } = this.#options;
    try {
      const held = await this.#lock.acquire(() => {
        log.info(`Another process delivers for workspace ${client.workspace.id}; standing by`);
        this.#standsBy = true;
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
        `The lock file ${files.lock} was removed or replaced by somebody: delivery for workspace ` +
          `${client.workspace.id} pauses until it is locked again`,
      );
      return "lock lost";
    } catch (error) {
      const reason = reasonOf(error).replace(/\.$/, "");
      const trouble = `Cannot receive messages for workspace ${client.workspace.id}: ${reason}. ` +
        `Check the state directory ${stateDir}; it is tried again every 30 s`;
      log.problem(trouble, { subject: `receiving ${client.workspace.id}` });
      this.#trouble = trouble;
      return "ended";
    } finally {
      this.#settled.resolve();
    }
  }

  /** Returns only when nothing of this process delivers any more: then another one may. */
  async #receive(signal: AbortSignal): Promise<void> {
    const { client, files, stateDir, queue, log, workspaces } = this.#options;
    const report = (line: string) => log.problem(line);
    const state = await DeliveryState.load(files, report);
    const uploads = new UploadFetcher(client, { stateDir, log });
    await uploads.removeExpired();
    const allowance = new FetchAllowance();
    const mailbox = new Mailbox({
      ...this.#options,
      state,
      uploads,
      allowance,
      onRoom: () => poller.wake(),
      report,
    });
    const stream = new StreamFollower(client, { log, onRow: () => poller.wake() });
    const poller = new Poller(mailbox, {
      workspaceId: client.workspace.id,
      surroundings: () => ({ waiting: queue.waiting, streaming: stream.alive, workspaces }),
      allowance,
      log,
    });
    this.#mailbox = mailbox;
    this.#poller = poller;
    this.#trouble = undefined;
    log.over(`receiving ${client.workspace.id}`);
    this.#settled.resolve();
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const parts = [poller.run(either), stream.run(either), tidyDaily(uploads, either)];
    parts.push(new Acknowledger({ client, state, log }).run(either));
    try {
      await Promise.all(parts);
    } finally {
      failed.abort(); // One part that ends with an error must not leave the others running.
      await Promise.allSettled(parts);
      this.#mailbox = this.#poller = undefined;
      await mailbox.close();
    }
  }
}

async function tidyDaily(uploads: UploadFetcher, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(TIDY_INTERVAL_MS, signal);
    if (!signal.aborted) await uploads.removeExpired();
  }
}
