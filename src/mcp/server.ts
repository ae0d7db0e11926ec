import { field, isObject, type JsonObject, textField } from "../platform/json.ts";
import { VERSION } from "../version.ts";
import { type ClientInfo, Handshake } from "./handshake.ts";
import {
  isRequestId,
  type RequestId,
  RPC_ERROR,
  RpcError,
  type RpcMessage,
  type RpcRequest,
} from "./json_rpc.ts";

/** Protocol versions that this server speaks, the newest first (a test holds them to the SDK's). */
export const PROTOCOL_VERSIONS = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
] as const;

/** One `tools/call`. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: unknown;
  /** Fires when the client cancels the call or goes away. */
  readonly signal: AbortSignal;
  /** Reports progress; absent when the client did not ask for it. */
  readonly progress?: (message: string) => void;
}

/** What the server offers; the tools stand behind it. */
export interface ServerHandlers {
  /** Computed for each `initialize`. */
  instructions(): string;
  listTools(): readonly JsonObject[];
  /** @throws {RpcError} for an unknown tool only; a failed call is a result with `isError` */
  callTool(call: ToolCall): Promise<JsonObject>;
  /** Called when a client can be told what it did not ask for; the signal fires when it is gone. */
  onClient?(client: ClientInfo, gone: AbortSignal): void;
}

/** What carries messages to and from the client. */
export interface Transport {
  onmessage?: (message: RpcMessage) => void;
  onerror?: (error: Error) => void;
  onclose?: () => void;
  start(): Promise<void>;
  send(message: RpcMessage): Promise<void>;
  close(): Promise<void>;
}

/**
 * The MCP side of the program: answers `initialize`, `ping`, `tools/list` and `tools/call`, each
 * call at the same time as the others, with cancellation and progress.
 *
 * Own code, not the SDK's `Server`: importing that evaluates the schemas of the whole protocol and a
 * JSON-schema validator for requests that never come here, half of the time until this program is
 * ready (README, Measured). The SDK's client and schemas are what the tests hold this to.
 */
export class McpServer {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #handlers: ServerHandlers;
  readonly #running = new Map<RequestId, AbortController>();
  readonly #handshake: Handshake;
  #transport: Transport | undefined;

  /** @param options.settleMs see `Handshake` */
  constructor(handlers: ServerHandlers, options: { settleMs?: number } = {}) {
    this.#handlers = handlers;
    this.#handshake = new Handshake(
      (client, gone) => handlers.onClient?.(client, gone),
      options.settleMs,
    );
  }

  /** Serves what comes over the transport until it closes. */
  async connect(transport: Transport): Promise<void> {
    this.#transport = transport;
    transport.onmessage = (message) => this.#receive(message);
    transport.onerror = (error) => this.onerror?.(error);
    transport.onclose = () => this.#closed();
    await transport.start();
  }

  /** Sends a notification to the client. */
  async notification(notification: { method: string; params: JsonObject }): Promise<void> {
    await this.#send({ jsonrpc: "2.0", ...notification });
  }

  async close(): Promise<void> {
    await this.#transport?.close();
  }

  #receive(message: RpcMessage): void {
    // This server asks the client nothing, so an answer is nobody's.
    if (!("method" in message)) return;
    if ("id" in message) this.#serve(message).catch((error) => this.onerror?.(asError(error)));
    else if (message.method === "notifications/initialized") this.#handshake.confirm();
    else if (message.method === "notifications/cancelled") {
      const id = field(message.params, "requestId");
      if (isRequestId(id)) this.#running.get(id)?.abort(field(message.params, "reason"));
    }
  }

  async #serve(request: RpcRequest): Promise<void> {
    const { id } = request;
    const call = new AbortController();
    this.#running.set(id, call);
    const answered = request.method === "initialize"
      ? this.#handshake.begin(clientInfo(request.params))
      : undefined;
    try {
      const result = await this.#handle(request, call.signal);
      // A cancelled request is not answered (MCP, Cancellation).
      if (call.signal.aborted) return;
      await this.#send({ jsonrpc: "2.0", id, result });
      answered?.();
    } catch (error) {
      if (call.signal.aborted) return;
      const { message } = asError(error);
      const code = error instanceof RpcError ? error.code : RPC_ERROR.internal;
      await this.#send({ jsonrpc: "2.0", id, error: { code, message } });
    } finally {
      // A client that used the id twice has the later call under it.
      if (this.#running.get(id) === call) this.#running.delete(id);
    }
  }

  async #handle(request: RpcRequest, signal: AbortSignal): Promise<JsonObject> {
    switch (request.method) {
      case "initialize":
        return this.#initialize(request.params);
      case "ping":
        return {};
      case "tools/list":
        return { tools: this.#handlers.listTools() };
      case "tools/call":
        return await this.#callTool(request.params, signal);
      default:
        throw new RpcError(RPC_ERROR.methodNotFound, `Method not found: ${request.method}`);
    }
  }

  #initialize(params: JsonObject | undefined): JsonObject {
    const requested = textField(params, "protocolVersion");
    return {
      protocolVersion: PROTOCOL_VERSIONS.find((known) => known === requested) ??
        PROTOCOL_VERSIONS[0],
      capabilities: { tools: { listChanged: false }, experimental: { "claude/channel": {} } },
      serverInfo: { name: "molecule", title: "Molecule workspace", version: VERSION },
      instructions: this.#handlers.instructions(),
    };
  }

  async #callTool(params: JsonObject | undefined, signal: AbortSignal): Promise<JsonObject> {
    const name = field(params, "name");
    if (typeof name !== "string") {
      throw new RpcError(
        RPC_ERROR.invalidParams,
        'tools/call needs "name", the name of a tool',
      );
    }
    const args = field(params, "arguments") ?? {};
    if (!isObject(args)) {
      throw new RpcError(RPC_ERROR.invalidParams, `"arguments" of ${name} must be an object`);
    }
    const token = field(field(params, "_meta"), "progressToken");
    return await this.#handlers.callTool({
      name,
      arguments: args,
      signal,
      ...(isRequestId(token) && { progress: this.#progressOf(token, signal) }),
    });
  }

  #progressOf(progressToken: string | number, signal: AbortSignal): (message: string) => void {
    let progress = 0;
    return (message) => {
      if (signal.aborted) return;
      progress += 1;
      const params = { progressToken, progress, message };
      this.notification({ method: "notifications/progress", params })
        .catch((error) => this.onerror?.(asError(error)));
    };
  }

  async #send(message: RpcMessage): Promise<void> {
    if (!this.#transport) throw new Error("Not connected");
    await this.#transport.send(message);
  }

  #closed(): void {
    this.#transport = undefined;
    this.#handshake.end();
    for (const call of this.#running.values()) call.abort();
    this.onclose?.();
  }
}

function clientInfo(params: JsonObject | undefined): ClientInfo {
  const info = field(params, "clientInfo");
  return { name: textField(info, "name") ?? "", version: textField(info, "version") ?? "" };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
