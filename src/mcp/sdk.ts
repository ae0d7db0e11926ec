/**
 * What this program takes of the official SDK. No other module of it names the SDK: Deno finds its
 * types only by paths without ".js", and what is taken here is what the bundle carries.
 *
 * @module
 */
import "./jitless.ts";

// @ts-types="@modelcontextprotocol/sdk/server/index"
export { Server } from "@modelcontextprotocol/sdk/server/index.js";
// @ts-types="@modelcontextprotocol/sdk/shared/transport"
export type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
// @ts-types="@modelcontextprotocol/sdk/types"
export type {
  CallToolResult,
  JSONRPCErrorResponse,
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResponse,
  Notification,
  ProgressToken,
  Request,
  RequestId,
  Result,
  Tool,
} from "@modelcontextprotocol/sdk/types.js";
