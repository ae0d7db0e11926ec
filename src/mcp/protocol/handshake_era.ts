import { field, type JsonObject, textField } from "../../lib/json.ts";
import { type ClientInfo, Handshake } from "./handshake.ts";
import { isRequestId, RPC_ERROR, RpcError } from "../json_rpc.ts";
import {
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type Notification,
  type Request,
  type RequestId,
  type Result,
  Server,
  type Transport,
} from "../sdk.ts";
import { SERVER_INFO } from "./server_info.ts";
import type { ToolProvider } from "../calls/tool_provider.ts";
import { callTool } from "../calls/tool_requests.ts";

/** What this era needs of the program. */
export interface HandshakeEraOptions {
  readonly instructions: string;
  readonly tools: ToolProvider;
  /** Writes a message; resolves when the operating system has taken it. */
  send(message: JSONRPCMessage): Promise<void>;
  /** Called when a client can be sent what it did not ask for; the signal fires when it is gone. */
  onClient?(client: ClientInfo, gone: AbortSignal): void;
  /** Called with the version that a handshake settled on. */
  onVersion?(version: string): void;
  onerror(error: Error): void;
  /** See `Handshake`. */
  readonly settleMs?: number;
}

interface OpenRequest {
  readonly id: RequestId;
  /** For `initialize`: called when its answer is written. */
  readonly answered?: () => void;
}

/**
 * The protocol with a handshake (2024-10-07 to 2025-11-25), served by the SDK's `Server`.
 *
 * The SDK sees each request under a number of ours instead of its id: it accepts no id above 2^53,
 * cannot cancel a request with id 0, and would confuse two requests with the same id if the first
 * was cancelled but is still running.
 */
export class HandshakeEra {
  readonly #options: HandshakeEraOptions;
  readonly #handshake: Handshake;
  readonly #server: Server<Request, Notification, Result>;
  /** The transport that the SDK's server gets. */
  readonly #line: Transport = {
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send: (message) => this.#send(message),
  };
  readonly #open = new Map<RequestId, OpenRequest>();
  #lastId = 0;

  constructor(options: HandshakeEraOptions) {
    this.#options = options;
    this.#handshake = new Handshake(
      (client, gone) => options.onClient?.(client, gone),
      options.settleMs,
    );
    this.#server = new Server(SERVER_INFO, {
      capabilities: { tools: { listChanged: false }, experimental: { "claude/channel": {} } },
      instructions: options.instructions,
      jsonSchemaValidator: { getValidator: () => refuseToValidate() },
    });
    this.#server.onerror = (error) => options.onerror(error);
    this.#server.oninitialized = () => this.#handshake.confirm();
    // Not through the SDK's schemas: they report an invalid request as an internal error with pages
    // of JSON, and copy every result part by part.
    this.#server.fallbackRequestHandler = async (
      { method, params },
      { signal, sendNotification },
    ) => {
      switch (method) {
        case "tools/list":
          return { tools: [...await options.tools.listTools()] };
        case "tools/call":
          return await callTool(options.tools, params, {
            signal,
            progress: (params) => {
              sendNotification({ method: "notifications/progress", params })
                .catch((error) => options.onerror(error));
            },
          });
        default:
          throw new RpcError(RPC_ERROR.methodNotFound, `Method not found: ${method}`);
      }
    };
  }

  async start(): Promise<void> {
    await this.#server.connect(this.#line);
  }

  /** Serves a request, or notes `notifications/initialized`. */
  receive(message: JSONRPCRequest | JSONRPCNotification): void {
    if (!("id" in message)) {
      if (message.method === "notifications/initialized") {
        this.#line.onmessage?.({ jsonrpc: "2.0", method: message.method });
      }
      return;
    }
    this.#lastId += 1;
    const { method } = message;
    const first = method === "initialize" ? introduction(message.params) : undefined;
    this.#open.set(this.#lastId, {
      id: message.id,
      answered: first && this.#handshake.begin(first.clientInfo),
    });
    const params = first ?? plainParams(message.params);
    // No other members: the SDK never answers a message with a member that it does not know.
    this.#line.onmessage?.({
      jsonrpc: "2.0",
      id: this.#lastId,
      method,
      ...(params && { params }),
    });
  }

  /** The client cancels a request, which then gets no answer. @returns whether it was found here */
  cancel(requestId: RequestId, reason: unknown): boolean {
    for (const [known, { id }] of this.#open) {
      if (id !== requestId) continue;
      this.#open.delete(known);
      this.#line.onmessage?.({
        jsonrpc: "2.0",
        method: "notifications/cancelled",
        params: { requestId: known, ...(typeof reason === "string" && { reason }) },
      });
      return true;
    }
    return false;
  }

  /** Sends the client something that it did not ask for. */
  async notify(notification: Notification): Promise<void> {
    await this.#server.notification(notification);
  }

  /** The client is gone: ends its calls. */
  close(): void {
    this.#handshake.end();
    this.#open.clear();
    this.#line.onclose?.();
  }

  async #send(message: JSONRPCMessage): Promise<void> {
    if ("method" in message || message.id === undefined) return await this.#options.send(message);
    const open = this.#open.get(message.id);
    if (!open) return; // It has just been cancelled.
    this.#open.delete(message.id);
    const version = open.answered && "result" in message &&
      textField(message.result, "protocolVersion");
    if (version) this.#options.onVersion?.(version);
    await this.#options.send({ ...message, id: open.id });
    open.answered?.();
  }
}

/**
 * The params of `initialize` with everything that the SDK requires. A client that leaves something
 * out is served all the same; its capabilities do not matter, as this server sends it no requests.
 */
function introduction(params: JsonObject | undefined) {
  const info = field(params, "clientInfo");
  return {
    protocolVersion: textField(params, "protocolVersion") ?? "",
    capabilities: {},
    clientInfo: { name: textField(info, "name") ?? "", version: textField(info, "version") ?? "" },
  };
}

/**
 * Keeps the one `_meta` entry that is used here; the SDK does not answer a request with an odd one.
 */
function plainParams(params: JsonObject | undefined): JsonObject | undefined {
  if (params === undefined || !("_meta" in params)) return params;
  const { _meta, ...rest } = params;
  const progressToken = field(_meta, "progressToken");
  return isRequestId(progressToken) ? { ...rest, _meta: { progressToken } } : rest;
}

/** The SDK validates answers to the server's own requests, and this server sends none. */
function refuseToValidate(): never {
  throw new Error("This server sends its client no requests, so there is no answer to validate");
}
