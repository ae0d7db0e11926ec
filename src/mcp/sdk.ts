/**
 * What this program uses of the official SDK. No other module imports the SDK: Deno finds its
 * types only under paths without ".js", and only what is imported here ends up in the bundle.
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
