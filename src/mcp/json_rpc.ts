import { field, isObject, type JsonObject } from "../platform/json.ts";

/** The id of a request. */
export type RequestId = string | number;

/** A call that wants an answer. */
export interface RpcRequest {
  readonly jsonrpc: "2.0";
  readonly id: RequestId;
  readonly method: string;
  readonly params?: JsonObject;
}

/** A message that wants none. */
export interface RpcNotification {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params?: JsonObject;
}

/** An answer, in either of its two shapes; the id is null where the request's was unreadable. */
export type RpcAnswer =
  | { readonly jsonrpc: "2.0"; readonly id: RequestId; readonly result: JsonObject }
  | {
    readonly jsonrpc: "2.0";
    readonly id: RequestId | null;
    readonly error: { readonly code: number; readonly message: string };
  };

/** Anything that passes the wire. */
export type RpcMessage = RpcRequest | RpcNotification | RpcAnswer;

/** The codes of JSON-RPC 2.0 that this server uses. */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** From the range that JSON-RPC leaves to servers. */
  tooManyCalls: -32000,
} as const;

/** A JSON-RPC error to answer a request with. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether a decoded line is a message of JSON-RPC 2.0 as MCP uses it. */
export function isRpcMessage(json: unknown): json is RpcMessage {
  if (!isObject(json) || json.jsonrpc !== "2.0") return false;
  const { id, method, params, result, error } = json;
  if (method !== undefined) {
    return typeof method === "string" && (params === undefined || isObject(params)) &&
      (id === undefined || isRequestId(id));
  }
  if (result !== undefined) return isObject(result) && isRequestId(id);
  return typeof field(error, "message") === "string" && Number.isInteger(field(error, "code")) &&
    (id === undefined || id === null || isRequestId(id));
}

/** MCP takes strings and whole numbers as ids. */
export function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || Number.isInteger(id);
}
