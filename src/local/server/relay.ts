/**
 * A TCP relay in front of the HTTP server, so that a fault can cut a connection before a byte of
 * the answer (an HTTP handler cannot) and a handler learns that its caller has gone.
 *
 * @module
 */

import { once } from "../../lib/once.ts";
import { sleep } from "../../lib/sleep.ts";

const BUFFER_BYTES = 64 * 1024;
/** Each takes three descriptors of this process, of which a system may grant as few as 4,096. */
const MAX_CONNECTIONS = 1_000;
/** How long to wait for descriptors when not even an idle connection could be cut. */
const RETRY_MS = 100;

/** The caller's end of a connection. */
export interface CallerConnection {
  /** Resolves when the connection is over, from whichever side. */
  closed: Promise<void>;
  /** Cuts it. */
  drop(): void;
  /** Whether an agent has used it. */
  isAgents: boolean;
  /** Sends this text to the caller past the server, then cuts the connection. */
  sendAndDrop(text: string): Promise<void>;
}

/** Carries bytes between callers and the server. */
export class Relay {
  readonly #listener: Deno.TcpListener;
  readonly #serverPort: number;
  readonly #maxConnections: number;
  /** By the port of the relay's own connection to the server; the one silent for longest first. */
  readonly #connections = new Map<number, CallerConnection>();
  readonly #carrying = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  #closing = false;

  /**
   * @param listener Where callers connect; closed with the relay
   * @param serverPort The port of the server on 127.0.0.1
   * @param options.maxConnections With one more, the one that was silent for longest is cut
   */
  constructor(
    listener: Deno.TcpListener,
    serverPort: number,
    { maxConnections = MAX_CONNECTIONS }: { readonly maxConnections?: number } = {},
  ) {
    this.#serverPort = serverPort;
    this.#maxConnections = maxConnections;
    this.#listener = listener;
    this.#accepting = this.#accept();
  }

  /** The caller's end of what the server sees as coming from this port. */
  connection(remotePort: number): CallerConnection | undefined {
    return this.#connections.get(remotePort);
  }

  /** Cuts every connection that an agent has used. */
  dropAgents(): void {
    for (const connection of this.#connections.values()) {
      if (connection.isAgents) connection.drop();
    }
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#listener.close();
    await this.#accepting;
    for (const connection of this.#connections.values()) connection.drop();
    await Promise.all(this.#carrying);
  }

  async #accept(): Promise<void> {
    while (!this.#closing) {
      const caller = await this.#nextCaller();
      if (!caller) continue;
      const carrying: Promise<void> = this.#carry(caller)
        .finally(() => this.#carrying.delete(carrying));
      this.#carrying.add(carrying);
    }
  }

  /** Undefined: there is none, or it went away, or this process may open no more (EMFILE). */
  async #nextCaller(): Promise<Deno.TcpConn | undefined> {
    try {
      return await this.#listener.accept();
    } catch {
      if (this.#closing) return undefined;
      // Whoever holds many open and says nothing must not end the platform for all others.
      this.#dropMostSilent();
      await sleep(RETRY_MS);
      return undefined;
    }
  }

  #dropMostSilent(): void {
    const [connection] = this.#connections.values();
    connection?.drop();
  }

  async #carry(caller: Deno.TcpConn): Promise<void> {
    const server = await this.#connect();
    if (!server) return caller.close();
    caller.setNoDelay(true);
    server.setNoDelay(true);
    const over = Promise.withResolvers<void>();
    const end = once(() => {
      this.#connections.delete(port);
      caller.close();
      server.close();
    });
    const { port } = server.localAddr;
    if (this.#connections.size >= this.#maxConnections) this.#dropMostSilent();
    const connection: CallerConnection = {
      closed: over.promise,
      drop: end,
      isAgents: false,
      // A caller that has gone meanwhile is cut off all the same.
      sendAndDrop: (text) =>
        send(caller, new TextEncoder().encode(text)).catch(() => {}).finally(end),
    };
    this.#connections.set(port, connection);
    const moved = () => {
      if (!this.#connections.delete(port)) return;
      this.#connections.set(port, connection);
    };
    // Either side's end is the end of both: HTTP has no use for a half-open connection.
    await Promise.all([
      pump(caller, server, moved).finally(end),
      pump(server, caller, moved).finally(end),
    ]);
    over.resolve();
  }

  async #connect(): Promise<Deno.TcpConn | undefined> {
    if (this.#closing) return undefined;
    try {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#serverPort });
      if (!this.#closing) return server;
      server.close();
    } catch {
      this.#dropMostSilent(); // As in `#nextCaller`.
    }
    return undefined;
  }
}

async function send(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
}

async function pump(from: Deno.Conn, to: Deno.Conn, onMoved: () => void): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  try {
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) return;
      onMoved();
      await send(to, buffer.subarray(0, count));
    }
  } catch {
    // Reset, closed by the peer or by ourselves: all the same to a relay, the connection is over.
  }
}
