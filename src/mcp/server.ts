import { field } from "../lib/json.ts";
import type { ClientInfo } from "./protocol/handshake.ts";
import { HandshakeEra } from "./protocol/handshake_era.ts";
import { isRequest, isRequestId } from "./json_rpc.ts";
import type { JSONRPCMessage, Notification, Transport } from "./sdk.ts";
import { StatelessEra } from "./protocol/stateless_era.ts";
import type { ToolProvider } from "./calls/tool_provider.ts";

/** What the server offers. */
export interface ServerOptions {
  readonly instructions: string;
  readonly tools: ToolProvider;
  /** Called when a client can be sent what it did not ask for; the signal fires when it is gone. */
  onClient?(client: ClientInfo, gone: AbortSignal): void;
  /** A client without a handshake calls a tool, and is another than the last that did. */
  onCaller?(client: ClientInfo): void;
  /** See `Handshake`. */
  readonly settleMs?: number;
}

/**
 * The MCP side of the program. Two protocols are served side by side, because one client may try
 * both: each message says itself to which of them it belongs. Calls run concurrently, with
 * cancellation and progress.
 */
export class McpServer {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #handshakeEra: HandshakeEra;
  readonly #statelessEra: StatelessEra;
  #transport: Transport | undefined;

  constructor(options: ServerOptions) {
    const send = (message: JSONRPCMessage) => this.#send(message);
    const onerror = (error: Error) => this.onerror?.(error);
    this.#statelessEra = new StatelessEra({ ...options, send, onerror });
    this.#handshakeEra = new HandshakeEra({
      ...options,
      send,
      onerror,
      onVersion: (version) => this.#transport?.setProtocolVersion?.(version),
    });
  }

  /** Serves what arrives over the transport until it closes. */
  async connect(transport: Transport): Promise<void> {
    this.#transport = transport;
    transport.onmessage = (message) => this.#receive(message);
    transport.onerror = (error) => this.onerror?.(error);
    transport.onclose = () => this.#closed();
    await this.#handshakeEra.start();
    await transport.start();
  }

  /** Sends a notification to the client. */
  async notification(notification: Notification): Promise<void> {
    await this.#handshakeEra.notify(notification);
  }

  async close(): Promise<void> {
    await this.#transport?.close();
  }

  #receive(message: JSONRPCMessage): void {
    // This server sends the client no requests, so any answer is ignored.
    if (!("method" in message)) return;
    if (isRequest(message) && this.#statelessEra.takes(message)) {
      this.#statelessEra.receive(message);
    } else if (!isRequest(message) && message.method === "notifications/cancelled") {
      const id = field(message.params, "requestId");
      const reason = field(message.params, "reason");
      if (!isRequestId(id) || this.#statelessEra.cancel(id, reason)) return;
      this.#handshakeEra.cancel(id, reason);
    } else this.#handshakeEra.receive(message);
  }

  async #send(message: JSONRPCMessage): Promise<void> {
    if (!this.#transport) throw new Error("Not connected");
    await this.#transport.send(message);
  }

  #closed(): void {
    this.#transport = undefined;
    this.#statelessEra.close();
    this.#handshakeEra.close();
    this.onclose?.();
  }
}
