/**
 * What the tests of the local platform share: a team, a clock that the test turns, a store that
 * can be told to fail, and a small HTTP client.
 *
 * @module
 */
import {
  type LocalPlatform,
  type LocalPlatformOptions,
  startLocalPlatform,
} from "../../src/local/start.ts";
import { type Json, parseJson } from "../../src/local/state/json.ts";
import { MemoryStore } from "../../src/local/state/memory_store.ts";
import type { PlatformStore } from "../../src/local/state/store.ts";
import { failingWhen } from "../../src/local/state/store_outage.ts";

/** A clock in milliseconds since the epoch that moves when told. */
export class TestClock {
  constructor(public nowMs: number) {}

  advanceMs(durationMs: number): void {
    this.nowMs += durationMs;
  }
}

/** A store whose operations fail when told to. */
export class FlakyStore {
  /** The operations that fail. */
  readonly failing = new Set<keyof PlatformStore>();
  /** The store to give to the platform. */
  readonly store: PlatformStore;

  constructor(inner: PlatformStore = new MemoryStore()) {
    const failing: ReadonlySet<string> = this.failing;
    this.store = failingWhen((operation) => failing.has(operation), inner);
  }
}

/** An answer of the platform, read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined when it is not JSON. */
  body: Json | undefined;
}

/** Calls the platform as one workspace. */
export class Caller {
  constructor(
    readonly platform: LocalPlatform,
    readonly id: string,
    readonly token: string | undefined,
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call("GET", path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call("POST", path, body, headers);
  }

  delete(path: string): Promise<Answer> {
    return this.call("DELETE", path);
  }

  /** Sends a text to another workspace through the proxy. */
  send(targetId: string, text: string, messageId: string = crypto.randomUUID()): Promise<Answer> {
    return this.post(`/workspaces/${targetId}/a2a`, message(text, messageId), {
      "X-Workspace-ID": this.id,
    });
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const isJson = body !== undefined && !(body instanceof FormData);
    const response = await fetch(this.platform.url + path, {
      method,
      body: isJson ? JSON.stringify(body) : body instanceof FormData ? body : null,
      headers: {
        ...(this.token !== undefined && { Authorization: `Bearer ${this.token}` }),
        ...(isJson && { "Content-Type": "application/json" }),
        ...headers,
      },
    });
    return await readAnswer(response);
  }
}

/** Reads the whole answer. */
export async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  return { status, headers, text, body: parseJson(text) };
}

/** A `message/send` envelope with one text. */
export function message(text: string, messageId: string = crypto.randomUUID()) {
  return {
    jsonrpc: "2.0",
    id: crypto.randomUUID(),
    method: "message/send",
    params: { message: { role: "user", messageId, parts: [{ kind: "text", text }] }, metadata: {} },
  };
}

/** A platform with a lead and two workers below it, all in poll mode, and a stranger. */
export interface Team extends AsyncDisposable {
  platform: LocalPlatform;
  lead: Caller;
  researcher: Caller;
  writer: Caller;
  /** Below another root. */
  stranger: Caller;
}

/** Starts a platform with a {@linkcode Team}. */
export async function startTeam(options: LocalPlatformOptions = {}): Promise<Team> {
  const platform = await startLocalPlatform(options);
  const create = async (name: string, parent?: Caller) => {
    const { id, token } = await platform.createWorkspace({
      name,
      deliveryMode: "poll",
      status: "online",
      parentId: parent?.id,
    });
    return new Caller(platform, id, token);
  };
  const lead = await create("Lead");
  const root = await create("Other root");
  return {
    platform,
    lead,
    researcher: await create("Researcher", lead),
    writer: await create("Writer", lead),
    stranger: await create("Stranger", root),
    [Symbol.asyncDispose]: () => platform.close(),
  };
}
