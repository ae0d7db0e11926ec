// @ts-types="@modelcontextprotocol/sdk/types"
import type { ProgressToken } from "@modelcontextprotocol/sdk/types.js";
import { field, isObject } from "../platform/json.ts";
import { isRequestId, RPC_ERROR } from "./json_rpc.ts";

/**
 * The protocol versions that have no handshake. Those that have one are not named to a client of this
 * era: a request that carries one of them in its `_meta` could not be served.
 */
export const STATELESS_VERSIONS: readonly string[] = ["2026-07-28"];

/** The code of a request in a version that is not served (2026-07-28, Error Codes). */
const UNSUPPORTED_VERSION = -32022;

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const CLIENT_KEY = "io.modelcontextprotocol/clientInfo";
const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
const LOG_LEVEL_KEY = "io.modelcontextprotocol/logLevel";

const CAPABILITIES = ["experimental", "roots", "sampling", "elicitation", "extensions"];
const LOG_LEVELS: readonly unknown[] = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
];

/** What a request is answered with in place of a result. */
export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What a request says of itself that changes how it is served. */
export interface RequestMeta {
  /** Present when the client asked for progress. */
  readonly progressToken?: ProgressToken;
}

/** Whether `_meta` holds what only a request of the stateless era carries, well-formed or not. */
export function isStateless(params: unknown): boolean {
  const meta = field(params, "_meta");
  // One that lacks the version is malformed, and is to be told so (2026-07-28, `_meta`).
  return [VERSION_KEY, CAPABILITIES_KEY, CLIENT_KEY].some((key) => field(meta, key) !== undefined);
}

/** The name that the client gave in this request, if it gave one. */
export function clientName(params: unknown): unknown {
  return field(field(field(params, "_meta"), CLIENT_KEY), "name");
}

/** Reads `_meta` as every request must carry it, or says what is wrong with it. */
export function readRequestMeta(params: unknown): RequestMeta | Fault {
  const meta = field(params, "_meta");
  const requested = field(meta, VERSION_KEY);
  if (typeof requested !== "string") return invalid(VERSION_KEY, "a protocol version");
  // First: what else a request must carry is for its version to say.
  if (!STATELESS_VERSIONS.includes(requested)) {
    return {
      code: UNSUPPORTED_VERSION,
      message: "Unsupported protocol version",
      data: { supported: STATELESS_VERSIONS, requested },
    };
  }
  const capabilities = field(meta, CAPABILITIES_KEY);
  if (
    !isObject(capabilities) || !CAPABILITIES.every((name) => isObjectIfAny(capabilities[name]))
  ) {
    return invalid(CAPABILITIES_KEY, "an object of capability objects, which may be empty");
  }
  const client = field(meta, CLIENT_KEY);
  if (
    client !== undefined &&
    !(typeof field(client, "name") === "string" && typeof field(client, "version") === "string")
  ) {
    return invalid(CLIENT_KEY, 'if it is there, an object with "name" and "version"');
  }
  const logLevel = field(meta, LOG_LEVEL_KEY);
  if (logLevel !== undefined && !LOG_LEVELS.includes(logLevel)) {
    return invalid(LOG_LEVEL_KEY, "if it is there, a log level");
  }
  const progressToken = field(meta, "progressToken");
  if (progressToken === undefined) return {};
  if (!isRequestId(progressToken)) {
    return invalid("progressToken", "if it is there, a string or a whole number");
  }
  return { progressToken };
}

/** Never with the value: it may be what the user would not want repeated. */
function invalid(key: string, expected: string): Fault {
  return {
    code: RPC_ERROR.invalidParams,
    message: `Invalid params: "_meta" must have "${key}": ${expected}`,
  };
}

function isObjectIfAny(value: unknown): boolean {
  return value === undefined || isObject(value);
}
