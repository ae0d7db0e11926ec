import { assertEquals } from "@std/assert";
import { Relay } from "../../../src/local/server/relay.ts";

const NOBODY = 1;

function listen(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

/** A listener of which each `accept` that is due fails first. */
function failing(listener: Deno.TcpListener, error: () => Error | undefined): Deno.TcpListener {
  return new Proxy(listener, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const due = name === "accept" ? error() : undefined;
        return due ? Promise.reject(due) : Reflect.apply(member, target, args);
      };
    },
  });
}

/** A server that sends back what it gets. */
function echo() {
  const listener = listen();
  const conns: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      conns.push(conn.readable.pipeTo(conn.writable).catch(() => {}));
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(conns);
    },
  };
}

async function say(conn: Deno.Conn, text: string): Promise<string | null> {
  const buffer = new Uint8Array(100);
  try {
    await conn.write(new TextEncoder().encode(text));
    const count = await conn.read(buffer);
    return count === null ? null : new TextDecoder().decode(buffer.subarray(0, count));
  } catch {
    return null; // Reset, which is as much of an end.
  }
}

Deno.test("relay: goes on after a caller could not be accepted", async () => {
  await using server = echo();
  const listener = listen();
  let failures = 2;
  const outOfFiles = () =>
    failures-- > 0 ? new Error("Too many open files (os error 24)") : undefined;
  const relay = new Relay(failing(listener, outOfFiles), server.port);
  const { port } = listener.addr;
  using caller = await Deno.connect({ hostname: "127.0.0.1", port });
  assertEquals(await say(caller, "Are you there?"), "Are you there?");
  await relay.close();
});

Deno.test("relay: a caller for whom there is no way to the server is cut, and no one else", async () => {
  const listener = listen();
  const relay = new Relay(listener, NOBODY);
  const { port } = listener.addr;
  for (let i = 0; i < 2; i++) {
    using caller = await Deno.connect({ hostname: "127.0.0.1", port });
    assertEquals(await say(caller, "Are you there?"), null);
  }
  await relay.close();
});

Deno.test("relay: with a connection too many, the one that was silent for longest goes", async () => {
  await using server = echo();
  const listener = listen();
  const relay = new Relay(listener, server.port, { maxConnections: 2 });
  const { port } = listener.addr;
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port });
  using talking = await connect();
  assertEquals(await say(talking, "1"), "1");
  using silent = await connect();
  assertEquals(await say(silent, "2"), "2");
  assertEquals(await say(talking, "3"), "3");
  using newest = await connect();
  assertEquals(await say(newest, "4"), "4");
  assertEquals(await say(talking, "5"), "5");
  assertEquals(await say(silent, "6"), null);
  await relay.close();
});
