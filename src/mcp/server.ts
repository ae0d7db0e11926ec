import { field } from "../platform/json.ts";
import type { ClientInfo } from "./handshake.ts";
import { HandshakeEra } from "./handshake_era.ts";
import { isRequest, isRequestId } from "./json_rpc.ts";
import type { JSONRPCMessage, Notification, Transport } from "./sdk.ts";
import type { ToolOffer } from "./tool_offer.ts";

/** What the server offers. */
export interface ServerOptions {
  readonly instructions: string;
  readonly tools: ToolOffer;
  /** Called when a client can be told what it did not ask for; the signal fires when it is gone. */
  onClient?(client: ClientInfo, gone: AbortSignal): void;
  /** See `Handshake`. */
  readonly settleMs?: number;
}

/**
 * The MCP side of the program: hands each message of the client to the protocol that it speaks, each
 * call at the same time as the others, with cancellation and progress.
 */
export class McpServer {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #handshakeEra: HandshakeEra;
  #transport: Transport | undefined;

  constructor(options: ServerOptions) {
    this.#handshakeEra = new HandshakeEra({
      ...options,
      send: (message) => this.#send(message),
      onVersion: (version) => this.#transport?.setProtocolVersion?.(version),
      onerror: (error) => this.onerror?.(error),
    });
  }

  /** Serves what comes over the transport until it closes. */
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
    // This server asks the client nothing, so an answer is nobody's.
    if (!("method" in message)) return;
    if (!isRequest(message) && message.method === "notifications/cancelled") {
      const id = field(message.params, "requestId");
      if (isRequestId(id)) this.#handshakeEra.cancel(id, field(message.params, "reason"));
    } else this.#handshakeEra.receive(message);
  }

  async #send(message: JSONRPCMessage): Promise<void> {
    if (!this.#transport) throw new Error("Not connected");
    await this.#transport.send(message);
  }

  #closed(): void {
    this.#transport = undefined;
    this.#handshakeEra.close();
    this.onclose?.();
  }
}
