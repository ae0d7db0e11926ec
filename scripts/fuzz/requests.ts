import { field, isObject, type JsonObject } from "../../src/lib/json.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { CODE, type Due, either, error, type Id, result } from "./due.ts";
import type { Rule } from "./rules.ts";

/** The versions with a handshake, the newest first. */
export const HANDSHAKE_VERSIONS = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
] as const;
/** The version without. */
export const STATELESS_VERSION = "2026-07-28";

export const META = "io.modelcontextprotocol/";

/** Tools that change nothing and answer soon. */
export const HARMLESS_TOOLS = [
  "get_runtime_identity",
  "list_peers",
  "get_workspace_info",
  "inbox_peek",
  "recall_memory",
] as const;
/** A call that is open until it is cancelled. */
export const OPEN_CALL = { name: "wait_for_message", arguments: { timeout_secs: 30 } } as const;

/** What a request asks for. */
export interface Wanted {
  readonly due: Due;
  /** It stays open until it is cancelled. */
  readonly open?: "surely" | "maybe";
  /** Which protocol version it selects; null when that cannot be told. */
  readonly selects?: string | null;
  readonly rules: readonly Rule[];
}

/**
 * What a well-formed request gets.
 *
 * @returns undefined for what should not be sent: it would change something, or nobody can tell
 */
export function wanted(id: Id, method: string, params: JsonObject): Wanted | undefined {
  const meta = params._meta === undefined ? {} : params._meta;
  if (method !== "initialize" && isStateless(method, meta)) {
    const stateless = isObject(meta) ? ofStatelessEra(id, method, params, meta) : anyOf(id);
    return stateless && { ...stateless, rules: ["stateless era"] };
  }
  if (method === "initialize") return initialize(id, params);
  if (!isObject(meta) || !isProgressToken(meta.progressToken)) {
    return method === "tools/call" ? undefined : { ...anyOf(id), rules: ["odd _meta"] };
  }
  switch (method) {
    case "ping":
      return { due: result(id, "ping", (it) => Object.keys(it).length === 0), rules: [] };
    case "tools/list":
      return params.cursor === undefined ? listed(id, () => true) : anyOf(id);
    case "tools/call":
      return call(id, params, () => true);
    case "logging/setLevel":
      return undefined; // The SDK may serve it, or not.
  }
  return { due: error(id, CODE.methodNotFound), rules: [] };
}

function isStateless(method: string, meta: unknown): boolean {
  return method === "server/discover" ||
    ["protocolVersion", "clientCapabilities", "clientInfo"]
      .some((name) => field(meta, META + name) !== undefined);
}

function ofStatelessEra(
  id: Id,
  method: string,
  params: JsonObject,
  meta: JsonObject,
): Wanted | undefined {
  const [version, capabilities, client] = ["protocolVersion", "clientCapabilities", "clientInfo"]
    .map((name) => field(meta, META + name));
  const clientName = field(client, "name");
  if (method === "server/discover" && clientName === "claude-code") {
    return { due: error(id, CODE.methodNotFound), rules: [] };
  }
  if (typeof version !== "string") return { due: error(id, CODE.invalidParams), rules: [] };
  const known = version === STATELESS_VERSION;
  if (isObject(capabilities) && Object.keys(capabilities).length > 0) return anyOf(id);
  if (!isObject(capabilities)) {
    const codes = [CODE.invalidParams, ...(known ? [] : [CODE.unsupportedVersion])];
    return { due: error(id, ...codes), rules: [] };
  }
  if (!known) return { due: unsupported(id, version), rules: [] };
  const isClient = isObject(client) && typeof clientName === "string" &&
    typeof client.version === "string";
  const isOdd = (client !== undefined && !isClient) || !isProgressToken(meta.progressToken) ||
    field(meta, `${META}logLevel`) !== undefined;
  if (isOdd) return method === "tools/call" ? undefined : anyOf(id);
  const complete = (it: JsonObject) => it.resultType === "complete";
  const cached = (it: JsonObject) =>
    complete(it) && Number.isInteger(it.ttlMs) && typeof it.cacheScope === "string";
  switch (method) {
    case "server/discover":
      return {
        due: result(
          id,
          method,
          (it) =>
            cached(it) && isObject(it.capabilities) && Array.isArray(it.supportedVersions) &&
            it.supportedVersions.includes(STATELESS_VERSION),
        ),
        rules: [],
      };
    case "tools/list":
      return params.cursor === undefined ? listed(id, cached) : anyOf(id);
    case "tools/call":
      return call(id, params, complete);
    case "subscriptions/listen":
      return anyOf(id);
  }
  return { due: error(id, CODE.methodNotFound), rules: [] };
}

function unsupported(id: Id, requested: string): Due {
  const due = error(id, CODE.unsupportedVersion);
  return {
    ...due,
    accepts: (answer) => {
      const data = field(answer.error, "data");
      const supported = field(data, "supported");
      return due.accepts(answer) && field(data, "requested") === requested &&
        Array.isArray(supported) && supported.includes(STATELESS_VERSION);
    },
  };
}

function initialize(id: Id, params: JsonObject): Wanted {
  const { protocolVersion, capabilities, clientInfo, _meta: meta } = params;
  const well = typeof protocolVersion === "string" && isObject(capabilities) &&
    Object.keys(capabilities).length === 0 && typeof field(clientInfo, "name") === "string" &&
    typeof field(clientInfo, "version") === "string" && meta === undefined;
  if (!well) {
    const isOdd = meta !== undefined && (!isObject(meta) || !isProgressToken(meta.progressToken));
    return { due: either(id), selects: null, rules: isOdd ? ["odd _meta"] : [] };
  }
  const version = HANDSHAKE_VERSIONS.find((known) => known === protocolVersion) ??
    HANDSHAKE_VERSIONS[0];
  const due = result(
    id,
    "initialize",
    (it) =>
      it.protocolVersion === version && isObject(it.capabilities) &&
      typeof field(it.serverInfo, "name") === "string",
  );
  return { due, selects: version, rules: [] };
}

function listed(id: Id, check: (result: JsonObject) => boolean): Wanted {
  const due = result(
    id,
    "tools/list",
    (it) => Array.isArray(it.tools) && it.tools.length === TOOLS.length && check(it),
  );
  return { due, rules: [] };
}

function call(
  id: Id,
  { name, arguments: args = {} }: JsonObject,
  check: (result: JsonObject) => boolean,
): Wanted | undefined {
  if (typeof name !== "string") return { due: error(id), rules: [] };
  const isKnown = TOOLS.some((tool) => tool.name === name);
  const isOpen = name === OPEN_CALL.name;
  if (isKnown && !isOpen && !HARMLESS_TOOLS.some((tool) => tool === name)) return undefined;
  if (args === null) return isOpen ? undefined : anyOf(id);
  if (!isKnown || !isObject(args)) return { due: error(id), rules: [] };
  const due = result(id, name, (it) => Array.isArray(it.content) && check(it));
  if (!isOpen) return { due, rules: [] };
  const sure = JSON.stringify(args) === JSON.stringify(OPEN_CALL.arguments);
  return { due, open: sure ? "surely" : "maybe", rules: [] };
}

function isProgressToken(token: unknown): boolean {
  return token === undefined || typeof token === "string" || Number.isSafeInteger(token);
}

function anyOf(id: Id): Wanted {
  return { due: either(id), rules: [] };
}
