import type { Workspace } from "../../src/auth/credentials.ts";
import { InboundSecretStore } from "../../src/auth/inbound_secret.ts";
import { TokenStore } from "../../src/auth/token_store.ts";
import { join } from "@std/path";
import {
  type LocalPlatform,
  type LocalPlatformOptions,
  type RecordedRequest,
  startLocalPlatform,
} from "../../src/local/start.ts";
import { PlatformClient } from "../../src/platform/client/client.ts";
import { Presence } from "../../src/presence/presence.ts";
import type { PresenceOptions } from "../../src/presence/presence_options.ts";
import { Log } from "../../src/safety/log.ts";

/** How soon the next beat follows: nothing here waits for it, only for what the platform gets. */
const INTERVAL_MS = 1;

export const CARD = { name: "Ada", skills: [{ name: "research" }] };

/** A platform, one workspace on it, and its presence; what was told is kept. */
export class Stage implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly secrets: string[] = [];
  readonly presence: Presence;
  readonly workspace: Workspace;
  readonly client: PlatformClient;
  readonly #ending = new AbortController();
  readonly #watchers = new Set<() => void>();
  #running: Promise<void> | undefined;

  private constructor(
    readonly platform: LocalPlatform,
    readonly id: string,
    readonly token: string,
    readonly dir: string,
    options: Partial<PresenceOptions>,
  ) {
    const report = (line: string) => this.#tell(line);
    this.workspace = {
      id,
      baseUrl: platform.url,
      origin: platform.url,
      tokens: new TokenStore({ filePath: this.tokenPath, inlineName: "TOKEN", report }),
      inboundSecret: new InboundSecretStore({ filePath: this.secretPath, report }),
    };
    this.client = new PlatformClient(this.workspace);
    this.presence = new Presence(this.client, {
      card: () => Promise.resolve(CARD),
      log: new Log({ write: report, redactor: { redact: (text) => text }, verbose: false }),
      onSecret: (secret) => this.secrets.push(secret),
      intervalMs: INTERVAL_MS,
      ...options,
    });
  }

  /** @param options.withToken `false`: the workspace exists nowhere yet and has no token */
  static async make(
    options: Partial<PresenceOptions> & LocalPlatformOptions & {
      withToken?: boolean;
      id?: string;
    } = {},
  ): Promise<Stage> {
    const { withToken = true, ...others } = options;
    // The tests beat far more often than any client.
    const platform = await startLocalPlatform({
      rateLimit: { requests: 1_000_000, windowMs: 60_000 },
      ...others,
    });
    const dir = await Deno.makeTempDir({ prefix: "molecule-presence-" });
    const { id, token } = withToken
      ? await platform.createWorkspace({ name: "Ada", deliveryMode: "poll" })
      : { id: options.id ?? crypto.randomUUID(), token: "" };
    const stage = new Stage(platform, id, token, dir, others);
    if (withToken) await Deno.writeTextFile(stage.tokenPath, token, { mode: 0o600 });
    return stage;
  }

  get tokenPath(): string {
    return join(this.dir, ".auth_token");
  }

  get secretPath(): string {
    return join(this.dir, ".platform_inbound_secret");
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Lets the presence beat in the background until the stage ends. */
  run(): void {
    this.#running = this.presence.run(this.#ending.signal);
  }

  /** Ends the beating; resolves when it has ended. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  /** The next `count` requests to this path were answered, from now on. */
  async answered(path: string, count = 1): Promise<RecordedRequest> {
    let last: RecordedRequest | undefined;
    let seen = 0;
    // Counts inside the match: between two calls of nextRequest a request might slip through.
    await this.platform.nextRequest((request) => {
      if (request.path !== path) return false;
      last = request;
      return ++seen === count;
    });
    await last!.answered;
    return last!;
  }

  /** Resolves when this holds; looked at with every request that comes, and there is always one. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await (await this.platform.nextRequest()).answered;
  }

  /** Resolves when a line that holds the text has been told, also earlier. */
  async told(text: string): Promise<string> {
    for (;;) {
      const line = this.lines.find((candidate) => candidate.includes(text));
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** What the platform received at this path. */
  received(path: string): readonly RecordedRequest[] {
    return this.platform.requests.filter((request) => request.path === path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await this.platform.close();
    await Deno.remove(this.dir, { recursive: true });
  }

  #tell(line: string): void {
    this.lines.push(line);
    for (const tell of this.#watchers) tell();
    this.#watchers.clear();
  }
}

export const REGISTER = "/registry/register";
export const HEARTBEAT = "/registry/heartbeat";

/** Answers every request to this path with the status, until the returned function is called. */
export function answerWith(
  { platform }: Stage,
  path: string,
  status: number,
  body: BodyInit = JSON.stringify({ error: "no" }),
): () => void {
  return platform.faults.use((request) =>
    request.path === path
      ? new Response(body, { status, headers: { "Content-Type": "application/json" } })
      : undefined
  );
}
