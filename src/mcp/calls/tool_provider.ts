import type { CallToolResult, Tool } from "../sdk.ts";

/** One `tools/call`. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: unknown;
  /** Fires when the client cancels the call or goes away. */
  readonly signal: AbortSignal;
  /** Reports progress; absent when the client did not ask for it. */
  readonly progress?: (message: string) => void;
}

/** The tools, whatever protocol asks for them. */
export interface ToolProvider {
  listTools(): readonly Tool[] | Promise<readonly Tool[]>;
  /** @throws {RpcError} for an unknown tool only; a failed call is a result with `isError` */
  callTool(call: ToolCall): Promise<CallToolResult>;
}
