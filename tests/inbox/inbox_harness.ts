/**
 * What the tests of the inbox's engine share: a real local platform, one workspace with a real
 * client, and a state directory of its own.
 *
 * @module
 */
import { assert } from "@std/assert";
import { join } from "@std/path";
import { InboundSecretStore } from "../../src/auth/inbound_secret.ts";
import { TokenStore } from "../../src/auth/token_store.ts";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import { DeliveryState } from "../../src/inbox/state/delivery_state.ts";
import { IdleFetchLimit } from "../../src/inbox/fetching/idle_fetch_limit.ts";
import { HeldFiles } from "../../src/inbox/files/held_files.ts";
import { LogConsumer } from "../../src/inbox/log_consumer.ts";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { SentFiles } from "../../src/inbox/files/sent_files.ts";
import { MessageQueue } from "../../src/inbox/queue.ts";
import { ReceivedFiles } from "../../src/inbox/files/received_files.ts";
import type { RecordedRequest } from "../../src/local/server/recorder.ts";
import {
  type LocalPlatform,
  type LocalPlatformOptions,
  startLocalPlatform,
} from "../../src/local/start.ts";
import { type Peer, sendAsPeer } from "../support/send_as_peer.ts";
import { PlatformClient } from "../../src/platform/client/client.ts";
import { Log } from "../../src/safety/log.ts";

/** A workspace of a test, on a platform of its own, with a state directory of its own. */
export class InboxHarness implements AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly id: string;
  readonly token: string;
  readonly stateDir: string;
  readonly client: PlatformClient;
  /** What people would see on stderr. */
  readonly lines: string[] = [];
  readonly log: Log;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>[] = [];

  private constructor(
    platform: LocalPlatform,
    workspace: { id: string; token: string },
    stateDir: string,
  ) {
    this.platform = platform;
    this.id = workspace.id;
    this.token = workspace.token;
    this.stateDir = stateDir;
    this.client = clientFor(platform, { ...workspace, stateDir });
    this.log = new Log({
      write: (line) => this.lines.push(line),
      redactor: { redact: (text) => text },
      verbose: true,
    });
  }

  static async start(options: LocalPlatformOptions = {}): Promise<InboxHarness> {
    const platform = await startLocalPlatform({
      rateLimit: { requests: 1_000_000, windowMs: 60_000 },
      ...options,
    });
    const workspace = await platform.createWorkspace({ name: "Receiver", deliveryMode: "poll" });
    return new InboxHarness(
      platform,
      workspace,
      await Deno.makeTempDir({ prefix: "molecule-inbox-" }),
    );
  }

  /** Fires when the harness is disposed of. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Ends what runs with the signal, and waits for it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** Notes something that ends with the signal. */
  runs(task: Promise<unknown>): void {
    this.#running.push(task);
  }

  /** The texts of this many messages, as their user. */
  async send(...texts: string[]): Promise<void> {
    for (const text of texts) await this.platform.sendAsUser(this.id, text);
  }

  /** A message of another workspace. */
  async sendAsPeer(peer: Peer, text: string): Promise<void> {
    await sendAsPeer(this.platform, peer, this.id, text);
  }

  /** Requests for the activity log so far. */
  get fetches(): readonly RecordedRequest[] {
    return this.platform.requests.filter(isFetch);
  }

  /** The next request for the activity log, once it is answered. */
  async nextFetch(): Promise<RecordedRequest> {
    const request = await this.platform.nextRequest(isFetch);
    await request.answered;
    return request;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.platform.close();
    await Deno.remove(this.stateDir, { recursive: true });
  }
}

/** A consumer and what it works with. */
export interface TestConsumer {
  readonly consumer: LogConsumer;
  readonly state: DeliveryState;
  readonly queue: MessageQueue;
  readonly sentFiles: SentFiles;
  readonly receivedFiles: ReceivedFiles;
  /** Every message that was queued. */
  readonly arrived: InboxMessage[];
  /** Lets the time pass that a held upload waits; nothing else has this clock. */
  pass(durationMs: number): void;
  /** The texts that wait, in the order in which they are handed out. */
  texts(): string[];
}

/** A consumer on the harness, with the state that its directory holds: as after a restart. */
export async function openConsumer(
  harness: InboxHarness,
  options: { capacity?: number; capacityBytes?: number; tokenFile?: string; onRoom?: () => void } =
    {},
): Promise<TestConsumer> {
  const report = (line: string) => harness.log.problem(line);
  const client = options.tokenFile === undefined
    ? harness.client
    : clientFor(harness.platform, { ...harness, tokenFile: options.tokenFile });
  const queue = new MessageQueue(options);
  const sentFiles = new SentFiles();
  const receivedFiles = new ReceivedFiles(client, {
    stateDir: harness.stateDir,
    log: harness.log,
    retryMs: 1,
  });
  await receivedFiles.removeExpired();
  const arrived: InboxMessage[] = [];
  let nowMs = 0;
  const state = await DeliveryState.load(
    deliveryFiles(harness.stateDir, harness.id, undefined),
    report,
  );
  const consumer = new LogConsumer({
    client,
    state,
    queue,
    receivedFiles,
    sentFiles,
    tagArrival: false,
    onMessage: (message) => arrived.push(message),
    idleFetchLimit: new IdleFetchLimit(),
    onRoom: options.onRoom ?? (() => {}),
    report,
    heldFiles: new HeldFiles(() => nowMs),
  });
  const pass = (durationMs: number) => void (nowMs += durationMs);
  const texts = () => queue.peek(Infinity).map(({ text }) => text);
  return { consumer, state, queue, sentFiles, receivedFiles, arrived, pass, texts };
}

/** A client of the workspace, its token inline or in the file. */
export function clientFor(
  platform: LocalPlatform,
  workspace: {
    readonly id: string;
    readonly token: string;
    readonly stateDir: string;
    readonly tokenFile?: string;
  },
): PlatformClient {
  const report = () => {};
  return new PlatformClient({
    id: workspace.id,
    baseUrl: platform.url,
    origin: platform.url,
    tokens: new TokenStore({
      inlineName: "MOLECULE_WORKSPACE_TOKEN",
      ...(workspace.tokenFile === undefined
        ? { inlineToken: workspace.token }
        : { filePath: workspace.tokenFile }),
      report,
    }),
    inboundSecret: new InboundSecretStore({
      filePath: join(workspace.stateDir, `.secret_${workspace.id}`),
      report,
    }),
  });
}

/** Whether it asks for inbound rows; what only asks whether `since_id` is supported does not. */
export function isFetch({ method, path, query }: RecordedRequest): boolean {
  return method === "GET" && path.endsWith("/activity") && !/^0[0-]+$/.test(query.since_id ?? "");
}

/** The message with this text among those that wait. */
export function waiting(queue: MessageQueue, text: string): InboxMessage {
  const found = queue.peek(Infinity).find((message) => message.text === text);
  assert(found, `Expected a message ${JSON.stringify(text)} to wait`);
  return found;
}
