import { field, isObject, textField } from "../../lib/json.ts";
import { isRequestId } from "../json_rpc.ts";
import { type Fault, fault, invalidParams } from "./stateless_answer.ts";
import type { ProgressToken } from "../sdk.ts";
import type { ClientInfo } from "./handshake.ts";

/**
 * The protocol versions without a handshake. Those with one are not named to a client of this era:
 * a request with one of them in its `_meta` could not be served.
 */
export const STATELESS_VERSIONS: readonly string[] = ["2026-07-28"];

/** The error code for a version that is not supported (2026-07-28, Error Codes). */
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

/** What a request says about itself that affects how it is served. */
export interface RequestMeta {
  /** Present when the client asked for progress. */
  readonly progressToken?: ProgressToken;
}

/** Whether `_meta` has what only requests of the stateless era have, well-formed or not. */
export function isStateless(params: unknown): boolean {
  const meta = field(params, "_meta");
  // A request without the version is malformed, and must be answered so (2026-07-28, `_meta`).
  return [VERSION_KEY, CAPABILITIES_KEY, CLIENT_KEY].some((key) => field(meta, key) !== undefined);
}

/** What the client calls itself in this request; empty where it does not say. */
export function clientInfo(params: unknown): ClientInfo {
  const client = field(field(params, "_meta"), CLIENT_KEY);
  return { name: textField(client, "name") ?? "", version: textField(client, "version") ?? "" };
}

/** Reads the `_meta` that every request must have, or returns what is wrong with it. */
export function readRequestMeta(params: unknown): RequestMeta | { readonly error: Fault } {
  const meta = field(params, "_meta");
  const requested = field(meta, VERSION_KEY);
  if (typeof requested !== "string") return missing(VERSION_KEY, "a protocol version");
  // Checked first: the version decides what else a request must have.
  if (!STATELESS_VERSIONS.includes(requested)) {
    return fault(UNSUPPORTED_VERSION, "Unsupported protocol version", {
      supported: STATELESS_VERSIONS,
      requested,
    });
  }
  const capabilities = field(meta, CAPABILITIES_KEY);
  if (
    !isObject(capabilities) || !CAPABILITIES.every((name) => isObjectIfAny(capabilities[name]))
  ) {
    return missing(CAPABILITIES_KEY, "an object of capability objects, which may be empty");
  }
  const client = field(meta, CLIENT_KEY);
  if (
    client !== undefined &&
    !(typeof field(client, "name") === "string" && typeof field(client, "version") === "string")
  ) {
    return invalid(CLIENT_KEY, 'an object with "name" and "version"');
  }
  const logLevel = field(meta, LOG_LEVEL_KEY);
  if (logLevel !== undefined && !LOG_LEVELS.includes(logLevel)) {
    return invalid(LOG_LEVEL_KEY, "a log level");
  }
  const progressToken = field(meta, "progressToken");
  if (progressToken === undefined) return {};
  if (!isRequestId(progressToken)) {
    return invalid("progressToken", "a string or a whole number");
  }
  return { progressToken };
}

/** Whether `notifications` of `subscriptions/listen` is a valid choice of kinds. */
export function isSubscriptionFilter(filter: unknown): boolean {
  if (!isObject(filter)) return false;
  const { resourceSubscriptions: uris } = filter;
  return ["toolsListChanged", "promptsListChanged", "resourcesListChanged"]
    .every((kind) => filter[kind] === undefined || typeof filter[kind] === "boolean") &&
    (uris === undefined || (Array.isArray(uris) && uris.every((uri) => typeof uri === "string")));
}

// The errors never contain the value: the user may not want it repeated.

function missing(key: string, what: string): { readonly error: Fault } {
  return invalidParams(`"_meta" of each request needs "${key}", ${what}`);
}

function invalid(key: string, expected: string): { readonly error: Fault } {
  return invalidParams(`"${key}" in "_meta" must be ${expected}`);
}

function isObjectIfAny(value: unknown): boolean {
  return value === undefined || isObject(value);
}
