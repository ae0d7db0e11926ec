import { field, isObject } from "../lib/json.ts";
import type { JSONRPCMessage, JSONRPCRequest, RequestId } from "./sdk.ts";

/** An error answer to something without a readable id, which the SDK's types leave out. */
export interface AnswerToNobody {
  readonly jsonrpc: "2.0";
  readonly id: null;
  readonly error: { readonly code: number; readonly message: string };
}

/** The codes of JSON-RPC 2.0 that this server uses. */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** From the range that JSON-RPC reserves for servers. */
  tooManyCalls: -32000,
} as const;

/** A JSON-RPC error as a request's answer; the SDK's own class repeats its code in the text. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What one decoded line, or one part of a batch, turned out to be. */
export type Received =
  | { readonly message: JSONRPCMessage }
  /** To be refused; the id is null if it cannot be read. */
  | { readonly invalid: string; readonly id: RequestId | null }
  /** A malformed notification or answer: neither is ever answered. */
  | { readonly ignored: true };

/**
 * Reads a decoded line as a message of JSON-RPC 2.0 as MCP uses it. `params` of null or an empty
 * array count as missing: some libraries write them when there are none. Never throws.
 */
export function readMessage(json: unknown): Received {
  if (!isObject(json)) return { invalid: EXPECTED, id: null };
  const { id, method, params } = json;
  if (method === undefined && ("result" in json || "error" in json)) {
    return isResponse(json) ? { message: json } : { ignored: true };
  }
  const hasNoParams = params === null || (Array.isArray(params) && params.length === 0);
  const isWhole = json.jsonrpc === "2.0" && typeof method === "string" &&
    (params === undefined || hasNoParams || isObject(params));
  if (!("id" in json)) {
    if (method === undefined) return { invalid: EXPECTED, id: null };
    if (!isWhole) return { ignored: true };
  } else if (!isWhole || !isRequestId(id)) {
    return { invalid: EXPECTED, id: isRequestId(id) ? id : null };
  }
  if (!hasNoParams) return { message: json as JSONRPCMessage };
  const { params: _, ...rest } = json;
  return { message: rest as JSONRPCMessage };
}

const EXPECTED = 'expected a JSON-RPC 2.0 object with "jsonrpc", "method" and, for a request, an ' +
  '"id" that is a string or a whole number up to 2^53';

function isResponse(json: Record<string, unknown>): json is JSONRPCMessage {
  const { jsonrpc, id, result, error } = json;
  if (jsonrpc !== "2.0") return false;
  if (result !== undefined) return isObject(result) && isRequestId(id);
  return typeof field(error, "message") === "string" && Number.isInteger(field(error, "code")) &&
    (id === undefined || isRequestId(id));
}

/**
 * MCP allows strings and whole numbers as ids; a number beyond 2^53 could not be echoed exactly.
 */
export function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || Number.isSafeInteger(id);
}

/** Whether a message is a request. */
export function isRequest(message: JSONRPCMessage): message is JSONRPCRequest {
  return "method" in message && "id" in message;
}
