/**
 * How an example is replayed, and the state of a platform that it presupposes.
 *
 * @module
 */
import {
  type LocalPlatform,
  type LocalPlatformOptions,
  type ServerVersion,
  startLocalPlatform,
} from "../../../src/local/start.ts";
import { randomSecret } from "../../../src/local/state/ids.ts";
import type { Json } from "../../../src/local/state/json.ts";
import type { WorkspaceRow } from "../../../src/local/state/rows.ts";
import type { PlatformStore } from "../../../src/local/state/store.ts";
import { newWorkspace } from "../../../src/local/state/workspace_row.ts";
import type { TestAgent } from "../agents.ts";
import { Caller, FlakyStore, TestClock } from "../support.ts";
import { type FixtureCase, fixtureSecret, fixtureToken, ids, type Tolerance } from "./fixtures.ts";

/** How an example is replayed. */
export interface Replay extends Tolerance {
  /** The versions of the server that answer so, unless the example says; default: all. */
  versions?: ServerVersion[];
  /** Settings of the platform. */
  options?: Omit<LocalPlatformOptions, "version">;
  /** Changes the usual state, or starts agents. */
  arrange?: (world: World) => void | Promise<void>;
  /** The database is away during the replay. */
  databaseAway?: true;
  /** Operations of the store that fail during the replay. */
  storeFails?: (keyof PlatformStore)[];
  /** Changes the request where the example only describes it in words. */
  request?: (example: FixtureCase) => FixtureCase;
  /** When the example takes place; default {@linkcode FIXTURE_NOW}. RFC 3339. */
  now?: string;
}

/** What the newer servers changed, as they answer and as the older ones did. */
export const FROM_N2: ServerVersion[] = ["n2", "n3"];
export const ONLY_N1: ServerVersion[] = ["n1"];
export const UNTIL_N2: ServerVersion[] = ["n1", "n2"];

/** The time of most examples. */
export const FIXTURE_NOW = "2026-05-06T09:20:20Z";
const PUBLIC_ADDRESS = "93.184.216.34";
/** The age of the rate limit's window. */
const WINDOW_AGE_MS = 19_000;

/** A platform in the state of the examples: one team of five around `ids.self`. */
export class World implements AsyncDisposable {
  readonly #held: (() => void)[] = [];
  readonly #agents: TestAgent[] = [];

  private constructor(
    readonly platform: LocalPlatform,
    readonly clock: TestClock,
    readonly flaky: FlakyStore,
  ) {}

  /** Starts a platform and fills it. */
  static async start(
    replay: Replay,
    version: ServerVersion,
    store?: PlatformStore,
  ): Promise<World> {
    const clock = new TestClock(Date.parse(replay.now ?? FIXTURE_NOW) - WINDOW_AGE_MS);
    const flaky = new FlakyStore(store);
    const platform = await startLocalPlatform({
      version,
      activityExtras: version !== "n1",
      resolveHost: () => Promise.resolve([PUBLIC_ADDRESS]),
      nowMs: () => clock.nowMs,
      store: flaky.store,
      ...replay.options,
    });
    const world = new World(platform, clock, flaky);
    await world.#seed();
    return world;
  }

  get store(): PlatformStore {
    return this.platform.store;
  }

  /** Calls as `ids.self`. */
  get self(): Caller {
    return new Caller(this.platform, ids.self, fixtureToken);
  }

  /** Calls as another workspace, with a token that it gets now. */
  async callerOf(id: string): Promise<Caller> {
    return new Caller(this.platform, id, await this.platform.createToken(id));
  }

  /** Changes a workspace's row. */
  update(id: string, change: Partial<WorkspaceRow>): void {
    this.store.updateWorkspace(id, change);
  }

  /** Adds the removed workspace, which otherwise does not exist. */
  addRemoved(change: Partial<WorkspaceRow> = {}): void {
    this.store.insertWorkspace({
      ...this.#row(ids.self),
      id: ids.removed,
      status: "removed",
      inboundSecret: null,
      ...change,
    });
  }

  /** Puts an agent behind a workspace; it ends with the world. */
  attach(id: string, agent: TestAgent): void {
    this.#agents.push(agent);
    this.update(id, { url: agent.url });
  }

  /** Has something done at the end, before the agents stop. */
  atEnd(action: () => void): void {
    this.#held.push(action);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.flaky.failing.clear();
    for (const release of this.#held) release();
    await this.platform.close();
    for (const agent of this.#agents) await agent[Symbol.asyncDispose]();
  }

  #row(id: string): WorkspaceRow {
    const row = this.store.workspace(id);
    if (!row) throw new Error(`Cannot find workspace ${id} in the world of the examples`);
    return row;
  }

  async #seed(): Promise<void> {
    const add = (id: string, name: string, change: Partial<WorkspaceRow>) =>
      this.store.insertWorkspace({
        ...newWorkspace(id, name),
        runtime: "external",
        status: "online",
        ...change,
      });
    add(ids.parent, "Harbour Master", {
      role: "coordinator",
      tier: 3,
      runtime: "langgraph",
      agentCard: card("Harbour Master", "planning"),
      url: "http://ws-e7a2b9c0-6d4:8000",
      activeTasks: 1,
    });
    add(ids.self, "Harbour Clerk", {
      role: "clerk",
      tier: 2,
      parentId: ids.parent,
      deliveryMode: "poll",
      agentCard: card("molecule-mcp-3f6b1c58", "code-review", "research"),
      uptimeSeconds: 140,
      x: 120.5,
      y: 64,
      inboundSecret: fixtureSecret,
    });
    add(ids.sibling_push, "Ledger Keeper", {
      role: "accountant",
      tier: 2,
      parentId: ids.parent,
      deliveryMode: "push",
      agentCard: card("Ledger Keeper", "bookkeeping"),
      url: "https://ledger.example.org/a2a",
      inboundSecret: randomSecret(),
    });
    add(ids.sibling_poll, "Night Watch", {
      parentId: ids.parent,
      deliveryMode: "poll",
      status: "awaiting_agent",
    });
    add(ids.child, "Stamp Collector", {
      role: "archivist",
      parentId: ids.self,
      runtime: "langgraph",
      status: "degraded",
      agentCard: card("Stamp Collector"),
      url: "http://ws-c1d8e3f4-2b6:8000",
      activeTasks: 3,
    });
    await this.platform.createToken(ids.self, fixtureToken);
  }
}

function card(name: string, ...skills: string[]): Json {
  return { name, skills: skills.map((skill) => ({ name: skill })) };
}
