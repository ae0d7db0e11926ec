import { field, isObject, type JsonObject } from "../../lib/json.ts";
import { RPC_ERROR } from "../json_rpc.ts";
import { SERVER_INFO } from "./server_info.ts";

/** What a request is answered with in place of a result. */
export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly data?: JsonObject;
}

/** What a request is answered with, but for its id. */
export type Answer = { readonly result: JsonObject } | { readonly error: Fault };

/** A result that needs nothing more from the client, with what every result of 2026-07-28 carries. */
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

/** The error for what a request lacks or has in a wrong shape. */
export function invalidParams(message: string): { readonly error: Fault } {
  return fault(RPC_ERROR.invalidParams, `Invalid params: ${message}`);
}
