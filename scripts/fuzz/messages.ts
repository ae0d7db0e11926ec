import type { JsonObject } from "../../src/lib/json.ts";
import type { Random } from "../soak/random.ts";
import type { Id } from "./due.ts";
import {
  HANDSHAKE_VERSIONS,
  HARMLESS_TOOLS,
  META,
  OPEN_CALL,
  STATELESS_VERSION,
} from "./requests.ts";

/** Ids that only one session uses. */
export class Ids {
  readonly #random: Random;
  readonly #session: number;
  readonly used: Id[] = [];

  constructor(random: Random, session: number) {
    this.#random = random;
    this.#session = session;
  }

  next(): Id {
    const [session, index] = [this.#session, this.used.length];
    const id = this.#random.pick<Id>([
      session * 1_000 + index,
      session * 1_000 + index,
      -(session * 1_000 + index) - 1,
      `${session}-${index}`,
      `${session}-${index}`,
      `${session}:${index}:ünï-漢字-🧪`,
      `${session}\u0000\n"\\${index}\u2028`,
      `${session}-${index}-${"x".repeat(5_000)}`,
      `__proto__${session}-${index}`,
      `\ud800${session}-${index}`,
    ]);
    this.used.push(id);
    return id;
  }

  /** One that was used before, if there is one; the last one rather than another. */
  again(): Id {
    const [first, ...others] = this.#random.next() < 0.5 ? this.used.slice(-1) : this.used;
    return first === undefined ? this.next() : this.#random.pick([first, ...others]);
  }
}

/** A message that is right. */
export function goodMessage(random: Random, ids: Ids): JsonObject {
  const weighted: [weight: number, make: () => JsonObject][] = [
    [20, () => request(ids.next(), "ping")],
    [10, () => request(ids.next(), "tools/list")],
    [16, () => request(ids.next(), "tools/call", harmlessCall(random))],
    [8, () => request(ids.next(), "tools/call", { ...OPEN_CALL })],
    [5, () => initialize(random, ids)],
    [3, () => ({ jsonrpc: "2.0", method: "notifications/initialized" })],
    [20, () => statelessRequest(random, ids)],
    [8, () => cancellation(random, ids)],
    [4, () => strayResponse(random, ids)],
    [
      5,
      () => request(ids.next(), random.pick(["tools/delete", "resources/list", "", "__proto__"])),
    ],
    [8, () => request(ids.again(), random.pick(["ping", "tools/list"]))],
    [2, () => ({ jsonrpc: "2.0", method: random.pick(["ping", "tools/call", "no/such", ""]) })],
  ];
  let left = random.between(1, weighted.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of weighted) {
    left -= weight;
    if (left <= 0) return make();
  }
  return request(ids.next(), "ping");
}

/** The beginning of the handshake era. */
export function initialize(random: Random, ids: Ids): JsonObject {
  return request(ids.next(), "initialize", {
    // The version with batches more often than the others.
    protocolVersion: random.pick(["2025-03-26", ...HANDSHAKE_VERSIONS, "1999-01-01", "latest"]),
    capabilities: {},
    clientInfo: {
      name: random.pick(["fuzz", "", "claude-code", "Visual Studio Code"]),
      version: "1",
    },
  });
}

function request(id: Id, method: string, params?: JsonObject): JsonObject {
  return { jsonrpc: "2.0", id, method, ...(params && { params }) };
}

function harmlessCall(random: Random): JsonObject {
  return {
    name: random.pick([...HARMLESS_TOOLS, "no_such_tool", "toString"]),
    ...random.pick<JsonObject>([
      {},
      { arguments: {} },
      { arguments: { limit: 3 } },
      { arguments: { query: "ünïcode 🧪 \u202e", source_workspace_id: 7 } },
    ]),
    ...(random.next() < 0.2 && { _meta: { progressToken: random.between(0, 1_000_000_000) } }),
  };
}

function statelessRequest(random: Random, ids: Ids): JsonObject {
  const meta: Record<string, unknown> = {
    [`${META}protocolVersion`]: STATELESS_VERSION,
    [`${META}clientCapabilities`]: {},
    [`${META}clientInfo`]: { name: random.pick(["fuzz", "fuzz", "claude-code"]), version: "1" },
  };
  if (random.next() < 0.3) {
    delete meta[`${META}${random.pick(["protocolVersion", "clientCapabilities", "clientInfo"])}`];
  } else if (random.next() < 0.15) {
    meta[`${META}protocolVersion`] = random.pick(["2025-11-25", "v999", "", 7, null]);
  }
  const [method, params] = random.pick<[string, JsonObject]>([
    ["server/discover", {}],
    ["server/discover", {}],
    ["tools/list", {}],
    ["tools/call", harmlessCall(random)],
    ["tools/call", { ...OPEN_CALL }],
    ["subscriptions/listen", { notifications: { toolsListChanged: true } }],
    ["ping", {}],
    ["logging/setLevel", { level: "debug" }],
    ["no/such", {}],
  ]);
  const { _meta: own } = params;
  return request(ids.next(), method, { ...params, _meta: { ...(own ?? {}), ...meta } });
}

function cancellation(random: Random, ids: Ids): JsonObject {
  const params = random.pick<() => JsonObject>([
    () => ({ requestId: ids.again() }),
    () => ({ requestId: ids.again(), reason: "changed my mind" }),
    () => ({ requestId: "never-used" }),
    () => ({ requestId: { odd: [] } }),
    () => ({}),
  ])();
  return { jsonrpc: "2.0", method: "notifications/cancelled", params };
}

/** Nothing was ever asked. */
function strayResponse(random: Random, ids: Ids): JsonObject {
  const id = random.pick<() => unknown>([
    () => ids.again(),
    () => "never-used",
    () => null,
    () => 0,
  ])();
  return random.pick<JsonObject>([
    { jsonrpc: "2.0", id, result: {} },
    { jsonrpc: "2.0", id, error: { code: -1, message: "no" } },
    { jsonrpc: "2.0", id, error: "no" },
    { jsonrpc: "2.0", id, result: 7 },
    { id, result: {}, error: {} },
    { jsonrpc: "2.0", error: { code: -32700, message: "no" } },
  ]);
}
