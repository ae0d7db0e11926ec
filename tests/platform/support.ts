import type { Workspace } from "../../src/auth/credentials.ts";
import { InboundSecretStore } from "../../src/auth/inbound_secret.ts";
import { TokenStore, type TokenStoreOptions } from "../../src/auth/token_store.ts";
import { PlatformClient } from "../../src/platform/client/client.ts";
import { PlatformError } from "../../src/platform/errors/platform_error.ts";

/** The workspace of every test of this folder. */
export const WORKSPACE_ID = "11111111-2222-4333-8444-555555555555";
/** A token long and odd enough to be found in any text that holds it. */
export const TOKEN = "tok-Xy7_LiveTokenOfTheWorkspace-0123456789";

/** A request as the server saw it. */
export interface Received {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
  /** The bearer, or undefined when there was no Authorization header. */
  readonly bearer: string | undefined;
}

/** A response, or none while the server runs. */
export type Outcome = Response | "hang";

type Answer = (request: Received, index: number) => Outcome | Promise<Outcome>;

/** A real HTTP server on 127.0.0.1 that answers as a test wants, and remembers what it received. */
export class TestServer implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #arrivals = new Set<() => void>();
  readonly #hanging = new AbortController();

  /** @param answer called with each request and its number, from 0 */
  constructor(answer: Answer) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const outcome = await answer(await this.#record(request), this.received.length - 1);
        return outcome === "hang" ? await this.#hang() : outcome;
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The paths that were asked for, in order, without queries. */
  get paths(): string[] {
    return this.received.map(({ target }) => target.replace(/\?.*/, ""));
  }

  /** Resolves when so many requests that match have arrived, counted from the start. */
  async until(count: number, matches: (request: Received) => boolean = () => true): Promise<void> {
    while (this.received.filter(matches).length < count) {
      await new Promise<void>((resolve) => this.#arrivals.add(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hanging.abort();
    await this.#server.shutdown();
  }

  async #hang(): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#hanging.signal.addEventListener("abort", () => resolve());
    await promise;
    return new Response(null);
  }

  async #record(request: Request): Promise<Received> {
    const url = new URL(request.url);
    const authorization = request.headers.get("authorization");
    const received = {
      method: request.method,
      target: url.pathname + url.search,
      headers: request.headers,
      // A caller that gives up in the middle of its body is a case like any other.
      body: await request.text().catch(() => ""),
      bearer: authorization?.replace(/^Bearer /, ""),
    };
    this.received.push(received);
    for (const tell of this.#arrivals) tell();
    this.#arrivals.clear();
    return received;
  }
}

/** A server that always answers with this JSON. */
export function jsonServer(body: unknown, init: ResponseInit = {}): TestServer {
  return new TestServer(() => Response.json(body, init));
}

/** A TCP server that speaks no HTTP of its own: each connection gets these bytes, then its end. */
export class RawServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #accepting: Promise<void>;

  /** @param bytes what to write once the request has begun to arrive */
  constructor(bytes: string | Uint8Array) {
    const answer = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    this.#accepting = this.#accept(answer);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
  }

  async #accept(answer: Uint8Array): Promise<void> {
    for await (using connection of this.#listener) {
      await connection.read(new Uint8Array(64 * 1024));
      if (answer.length > 0) await connection.write(answer);
    }
  }
}

/** A server that takes one request and never answers. */
export class SilentServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #asked = Promise.withResolvers<void>();
  /** Resolves when the caller has closed its connection. */
  readonly gone: Promise<void>;

  constructor() {
    this.gone = this.#readToTheEnd();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Resolves when the request has begun to arrive. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.gone;
  }

  async #readToTheEnd(): Promise<void> {
    using connection = await this.#listener.accept();
    const buffer = new Uint8Array(64 * 1024);
    while (await connection.read(buffer) !== null) this.#asked.resolve();
  }
}

/** The address of a port that nobody listens on. */
export function closedUrl(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}`;
}

/** What of a workspace a test wants to differ. */
export interface WorkspaceOptions extends Partial<TokenStoreOptions> {
  readonly orgId?: string;
  /** Path below the server, such as `/base`. */
  readonly basePath?: string;
  /** Where the inbound secret is kept. */
  readonly secretPath?: string;
}

/** A workspace on that server; with `TOKEN` inline unless its sources are given. */
export function workspaceAt(url: string, options: WorkspaceOptions = {}): Workspace {
  const { orgId, basePath = "", secretPath = "/nowhere/secret", ...sources } = options;
  const report = sources.report ?? (() => {});
  return {
    id: WORKSPACE_ID,
    baseUrl: url + basePath,
    origin: new URL(url).origin,
    ...(orgId !== undefined && { orgId }),
    tokens: new TokenStore({
      inlineName: "MOLECULE_WORKSPACE_TOKEN",
      ...(!("inlineToken" in sources || "filePath" in sources) && { inlineToken: TOKEN }),
      ...sources,
      report,
    }),
    inboundSecret: new InboundSecretStore({ filePath: secretPath, report }),
  };
}

/** A client for that workspace. */
export function clientAt(url: string, options: WorkspaceOptions = {}): PlatformClient {
  return new PlatformClient(workspaceAt(url, options));
}

/** A test that fails when a timer, a connection or a file is left behind. */
export function leakTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, sanitizeOps: true, sanitizeResources: true, fn });
}

/** A plain call for tests that are not about the call. */
export const CALL = {
  method: "POST",
  path: ["workspaces", WORKSPACE_ID, "thing"],
  json: { question: 1 },
  timeoutMs: 10_000,
} as const;

/** What `attempt` fails with; it must be a PlatformError, and show no token. */
export async function failureOf(attempt: Promise<unknown>): Promise<PlatformError> {
  let outcome: unknown;
  try {
    outcome = await attempt;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const text = `${error.message} ${JSON.stringify(error.body)}`;
    if (text.includes(TOKEN)) throw new Error("The token shows in the error");
    return error;
  }
  throw new Error(`Expected a PlatformError, got ${JSON.stringify(outcome)}`);
}
