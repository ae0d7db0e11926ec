import { reasonOf } from "../lib/system_error.ts";
import { sleep } from "../lib/sleep.ts";
import { DelivererLock } from "./state/deliverer_lock.ts";
import type { InboxProblem, InboxState } from "./inbox.ts";
import { unheard } from "./fetching/poller.ts";
import { Receiving, type ReceivingOptions } from "./receiving.ts";
import { RequestEvents } from "./requests/request_events.ts";

/** The pause after trouble on this side, such as a full disk. */
const RETRY_INTERVAL_MS = 30_000;
/** One request when the agent begins to wait, one that brings the message. */
const FETCHES_PER_WAIT = 2;

/**
 * The inbox of one workspace: stands by until this process is the one on this machine that delivers
 * its messages, and from then on runs the parts that fetch, queue and acknowledge them.
 */
export class WorkspaceInbox {
  readonly #options: ReceivingOptions;
  readonly #lock: DelivererLock;
  readonly #settled = Promise.withResolvers<void>();
  /** Tells of what happens to requests, while this process delivers. */
  readonly requestEvents = new RequestEvents();
  #receiving: Receiving | undefined;
  #trouble: string | undefined;
  #standsBy = false;

  constructor(options: ReceivingOptions) {
    this.#options = options;
    this.#lock = new DelivererLock(options.files.lock);
  }

  get workspaceId(): string {
    return this.#options.client.workspace.id;
  }

  /** Whether this process delivers the workspace's messages. */
  get delivering(): boolean {
    return this.#receiving !== undefined;
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
    const isOver = this.#receiving?.poller.isRefused &&
      this.#options.client.access.problem === undefined;
    return isOver ? unheard(this.workspaceId) : this.#receiving?.problem;
  }

  /** Resolves once the platform has been asked, if this process is the one that asks. */
  async asked(): Promise<void> {
    await this.settled;
    await this.#receiving?.poller.asked;
    // No request was made since a token was accepted again.
    if (this.problem?.kind === "unheard") this.#receiving?.poller.signOfLife();
  }

  /** Which other process delivers, as far as known. */
  async holder(): Promise<string> {
    return await this.#lock.holder() ?? "another process";
  }

  /** The agent begins to wait for a message: fetches at once if the limit allows it. */
  pollNow(): void {
    this.#options.client.callForAgent(FETCHES_PER_WAIT);
    this.#receiving?.poller.pollNow();
  }

  /** The platform answered another request of this workspace: an outage may be over. */
  signOfLife(): void {
    this.#receiving?.poller.signOfLife();
  }

  async pop(activityId: string): Promise<boolean> {
    return await this.#receiving?.pop(activityId) ?? false;
  }

  /** The agent wrote to a request. */
  wroteToRequest(): void {
    this.#receiving?.wroteToRequest();
  }

  /** The agent took a request back. */
  async cancelledRequest(requestId: string): Promise<void> {
    await this.#receiving?.cancelledRequest(requestId);
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
    const { client, log } = this.#options;
    const receiving = await Receiving.open(this.#options, this.requestEvents);
    this.#receiving = receiving;
    this.#trouble = undefined;
    this.#options.onChange?.();
    log.over(`receiving ${client.workspace.id}`);
    this.#settled.resolve();
    try {
      await receiving.run(signal);
    } finally {
      this.#receiving = undefined;
      this.#options.onChange?.();
      await receiving.close();
    }
  }
}
