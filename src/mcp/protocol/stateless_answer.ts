import { field, isObject, type JsonObject } from "../../lib/json.ts";
import { RPC_ERROR } from "../json_rpc.ts";
import { SERVER_INFO } from "./server_info.ts";

/** The error that a request is answered with instead of a result. */
export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly data?: JsonObject;
}

/** The answer to a request, without its id. */
export type Answer = { readonly result: JsonObject } | { readonly error: Fault };

/** A complete result, with the fields that every result of 2026-07-28 has. */
export function complete(result: JsonObject): Answer {
  const meta = field(result, "_meta");
  return {
    result: {
      ...result,
      _meta: { ...(isObject(meta) && meta), "io.modelcontextprotocol/serverInfo": SERVER_INFO },
      resultType: "complete",
    },
  };
}

/** An error as an answer. */
export function fault(code: number, message: string, data?: JsonObject): { readonly error: Fault } {
  return { error: { code, message, ...(data && { data }) } };
}

/** The error for a part of a request that is missing or has the wrong shape. */
export function invalidParams(message: string): { readonly error: Fault } {
  return fault(RPC_ERROR.invalidParams, `Invalid params: ${message}`);
}
