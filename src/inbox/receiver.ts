import type { PlatformClient } from "../platform/client.ts";
import type { Log } from "../safety/log.ts";
import { DelivererLock } from "./deliverer_lock.ts";
import type { DeliveryFiles } from "./delivery_files.ts";
import { DeliveryState } from "./delivery_state.ts";
import { Mailbox } from "./mailbox.ts";
import type { InboxMessage } from "./message.ts";
import type { OwnUploads } from "./own_uploads.ts";
import { Poller } from "./poller.ts";
import type { MessageQueue } from "./queue.ts";
import { StreamFollower } from "./stream_follower.ts";
import { UploadFetcher } from "./uploads.ts";

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

  /** Which other process delivers, as far as it is known. */
  async holder(): Promise<string> {
    return await this.#lock.holder() ?? "another process";
  }

  /** Somebody waits for a message: polling may hurry. */
  hurry(): void {
    this.#poller?.wake();
  }

  async pop(activityId: string): Promise<boolean> {
    return await this.#mailbox?.pop(activityId) ?? false;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { client, files, log } = this.#options;
    try {
      using held = await this.#lock.acquire(() => {
        log.info(`Another process delivers for workspace ${client.workspace.id}; standing by`);
        this.#settled.resolve();
      }, signal);
      if (!held) return;
      const state = await DeliveryState.load(files, (line) => log.problem(line));
      await this.#receive(state, signal);
    } catch (error) {
      this.#mailbox = undefined;
      log.problem(
        `Cannot receive messages for workspace ${client.workspace.id}: ` +
          `${
            error instanceof Error ? error.message : error
          }. Check the state directory, then restart`,
      );
    } finally {
      this.#settled.resolve();
    }
  }

  async #receive(state: DeliveryState, signal: AbortSignal): Promise<void> {
    const { client, queue, log, workspaces } = this.#options;
    const report = (line: string) => log.problem(line);
    const uploads = new UploadFetcher(client, { stateDir: this.#options.stateDir, log });
    const mailbox = new Mailbox({ ...this.#options, state, uploads, report });
    const stream = new StreamFollower(client, { log, onRow: () => poller.wake() });
    const poller = new Poller(mailbox, {
      workspaceId: client.workspace.id,
      surroundings: () => ({ waiting: queue.waiting, streaming: stream.alive, workspaces }),
      log,
    });
    this.#mailbox = mailbox;
    this.#poller = poller;
    this.#settled.resolve();
    await Promise.all([uploads.removeExpired(), poller.run(signal), stream.run(signal)]);
  }
}
