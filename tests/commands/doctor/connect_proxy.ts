/** A proxy for https: it answers CONNECT, and passes on what follows. */
export class ConnectProxy implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #running: Promise<void>;
  readonly #connections = new Set<Deno.Conn>();

  private constructor(answer: string | undefined, target: number) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#running = this.#run(answer, target);
  }

  /**
   * @param options.answer to every CONNECT; unless given it connects, whatever the host, to the port
   */
  static start({ answer, port }: { answer?: string; port: number }): ConnectProxy {
    return new ConnectProxy(answer, port);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await this.#running;
  }

  async #run(answer: string | undefined, target: number): Promise<void> {
    const work: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      work.push(this.#serve(connection, answer, target).catch(() => {}));
    }
    await Promise.all(work);
  }

  async #serve(connection: Deno.Conn, answer: string | undefined, target: number) {
    const asked = await connection.read(new Uint8Array(4096));
    if (asked === null) return close(connection); // Somebody only looked whether it is there.
    if (answer !== undefined) {
      await connection.write(new TextEncoder().encode(answer));
      return close(connection);
    }
    const behind = await Deno.connect({ hostname: "127.0.0.1", port: target });
    this.#connections.add(behind);
    await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
    await Promise.allSettled([
      connection.readable.pipeTo(behind.writable),
      behind.readable.pipeTo(connection.writable),
    ]);
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
