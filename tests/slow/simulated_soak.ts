import type { InboxService } from "../../src/inbox/inbox.ts";
import { startInbox } from "../../src/inbox/start_inbox.ts";
import { type LocalPlatform, startLocalPlatform } from "../../src/local/start.ts";
import { Presence } from "../../src/presence/presence.ts";
import { sleep } from "../../src/lib/sleep.ts";
import { Log } from "../../src/safety/log.ts";
import { clientFor } from "../inbox/inbox_harness.ts";

/** Workspaces of the process. */
export const WORKSPACES = 20;
const MESSAGE_EVERY_MS = 7 * 60_000;
const WAIT_MS = 60_000;
const REST_MS = 4 * 60_000;

/** What goes on in a long stretch of time: a program with its workspaces, its agent, a user. */
export class Soak implements AsyncDisposable {
  readonly sent: string[] = [];
  readonly received: string[] = [];
  /** Problems that a person would have seen. */
  readonly lines: string[] = [];
  /** How many, by kind. */
  readonly requests = new Map<string, number>();
  readonly #platform: LocalPlatform;
  readonly #stateDir: string;
  readonly #stop = new AbortController();
  readonly #stopSending = new AbortController();
  readonly #running: Promise<unknown>[] = [];

  private constructor(platform: LocalPlatform, stateDir: string) {
    this.#platform = platform;
    this.#stateDir = stateDir;
    platform.faults.use(({ path }) => {
      const kind = /\/(register|heartbeat|activity|stream|a2a)$/.exec(path)?.[1] ?? "other";
      this.requests.set(kind, (this.requests.get(kind) ?? 0) + 1);
      return undefined;
    });
  }

  /** Starts everything; what lasts is `performance.now`'s and the timers' to decide. */
  static async start(): Promise<Soak> {
    // Without timers of its own: those that are left at the end are the program's.
    const platform = await startLocalPlatform({
      recordRequests: false,
      sweepIntervalMs: 0,
      nudgeIntervalMs: 0,
    });
    const stateDir = await Deno.makeTempDir({ prefix: "molecule-soak-" });
    const soak = new Soak(platform, stateDir);
    await soak.#start();
    return soak;
  }

  /** The user says nothing any more. */
  stopSending(): void {
    this.#stopSending.abort();
  }

  /** Ends everything but the platform. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopSending();
    await this.stop();
    await this.#platform.close();
    await Deno.remove(this.#stateDir, { recursive: true });
  }

  async #start(): Promise<void> {
    const platform = this.#platform;
    const { signal } = this.#stop;
    const log = new Log({
      write: (line) => this.lines.push(line),
      redactor: { redact: (text) => text },
      verbose: false,
    });
    const workspaces = await Promise.all(
      Array.from(
        { length: WORKSPACES },
        (_, index) =>
          platform.createWorkspace({ name: `Workspace ${index}`, deliveryMode: "poll" }),
      ),
    );
    const clients = workspaces.map((workspace) =>
      clientFor(platform, { ...workspace, stateDir: this.#stateDir })
    );
    const card = () => Promise.resolve({ name: "Soak", skills: [] });
    for (const client of clients) {
      const presence = new Presence(client, { card, log, onSecret: () => {} });
      this.#running.push(presence.run(signal));
    }
    const inbox = startInbox({
      enabled: true,
      stateDir: this.#stateDir,
      multiWorkspace: true,
      clients,
      log,
      signal,
    });
    this.#running.push(inbox.close(), this.#read(inbox), this.#send(workspaces));
  }

  /** The agent: waits a minute for messages, handles what is there, rests. */
  async #read(inbox: InboxService): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const message = await inbox.wait(WAIT_MS, signal);
      if (message) {
        this.received.push(message.text);
        await inbox.pop(message.activity_id);
      } else {
        await sleep(REST_MS, signal);
      }
    }
  }

  /** The user: says something to one workspace after the other. */
  async #send(workspaces: readonly { id: string }[]): Promise<void> {
    const { signal } = this.#stopSending;
    for (let count = 0;; count++) {
      await sleep(MESSAGE_EVERY_MS, signal);
      if (signal.aborted) return;
      const text = `message ${count}`;
      this.sent.push(text);
      await this.#platform.sendAsUser(workspaces[count % workspaces.length]?.id ?? "", text);
    }
  }
}
