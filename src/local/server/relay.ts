/**
 * A TCP relay in front of the HTTP server, so that a fault can cut a connection before a byte of
 * the answer (an HTTP handler cannot) and a handler learns that its caller has gone.
 *
 * @module
 */

const BUFFER_BYTES = 64 * 1024;

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
  /** By the port of the relay's own connection to the server. */
  readonly #connections = new Map<number, CallerConnection>();
  readonly #carrying = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  #closing = false;

  /**
   * @param listener Where callers connect; closed with the relay
   * @param serverPort The port of the server on 127.0.0.1
   */
  constructor(listener: Deno.TcpListener, serverPort: number) {
    this.#serverPort = serverPort;
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
    for await (const caller of this.#listener) {
      const carrying: Promise<void> = this.#carry(caller)
        .finally(() => this.#carrying.delete(carrying));
      this.#carrying.add(carrying);
    }
  }

  async #carry(caller: Deno.TcpConn): Promise<void> {
    const server = await this.#connect();
    if (!server) return caller.close();
    caller.setNoDelay(true);
    server.setNoDelay(true);
    const over = Promise.withResolvers<void>();
    const end = once(() => {
      caller.close();
      server.close();
    });
    const { port } = server.localAddr;
    this.#connections.set(port, {
      closed: over.promise,
      drop: end,
      isAgents: false,
      // A caller that has gone meanwhile is cut off all the same.
      sendAndDrop: (text) =>
        send(caller, new TextEncoder().encode(text)).catch(() => {}).finally(end),
    });
    // Either side's end is the end of both: HTTP has no use for a half-open connection.
    await Promise.all([pump(caller, server).finally(end), pump(server, caller).finally(end)]);
    this.#connections.delete(port);
    over.resolve();
  }

  async #connect(): Promise<Deno.TcpConn | undefined> {
    if (this.#closing) return undefined;
    const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#serverPort });
    if (!this.#closing) return server;
    server.close();
    return undefined;
  }
}

async function send(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
}

async function pump(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  try {
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) return;
      await send(to, buffer.subarray(0, count));
    }
  } catch {
    // Reset, closed by the peer or by ourselves: all the same to a relay, the connection is over.
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
