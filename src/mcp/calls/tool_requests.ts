import { field, isObject } from "../../lib/json.ts";
import { isRequestId, RPC_ERROR, RpcError } from "../json_rpc.ts";
import type { CallToolResult } from "../sdk.ts";
import type { ToolProvider } from "./tool_provider.ts";

/** What comes with a request. */
export interface RequestContext {
  readonly signal: AbortSignal;
  /** Sends a `notifications/progress`; must not throw. */
  progress(params: { progressToken: string | number; progress: number; message: string }): void;
}

/**
 * Answers `tools/call`, the same in every version of the protocol.
 *
 * @throws {RpcError} for invalid params, and whatever `callTool` throws
 */
export async function callTool(
  tools: ToolProvider,
  params: unknown,
  { signal, progress }: RequestContext,
): Promise<CallToolResult> {
  const name = field(params, "name");
  if (typeof name !== "string") {
    throw new RpcError(RPC_ERROR.invalidParams, 'tools/call needs "name", the name of a tool');
  }
  const args = field(params, "arguments") ?? {};
  if (!isObject(args)) {
    throw new RpcError(RPC_ERROR.invalidParams, `"arguments" of ${name} must be an object`);
  }
  const progressToken = field(field(params, "_meta"), "progressToken");
  let count = 0;
  let isOpen = true;
  try {
    return await tools.callTool({
      name,
      arguments: args,
      signal,
      ...(isRequestId(progressToken) && {
        progress: (message: string) => {
          // Progress after the answer is of no use to the client.
          if (isOpen && !signal.aborted) progress({ progressToken, progress: ++count, message });
        },
      }),
    });
  } finally {
    isOpen = false;
  }
}
