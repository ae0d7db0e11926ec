/**
 * Agents of push-mode workspaces, as real servers on 127.0.0.1.
 *
 * @module
 */
import type { Json } from "../../src/local/state/json.ts";

/** What an agent received. */
export interface ReceivedCall {
  path: string;
  headers: Headers;
  body: Json;
}

/** A running agent. */
export interface TestAgent extends AsyncDisposable {
  url: string;
  received: ReceivedCall[];
  /** Resolves with the first call received from now on. */
  next(): Promise<ReceivedCall>;
}

/** Starts an agent that answers every call with what the function returns. */
export function startAgent(
  answer: (call: ReceivedCall) => Response | Promise<Response>,
): TestAgent {
  const received: ReceivedCall[] = [];
  let waiting: ((call: ReceivedCall) => void)[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const text = await request.text();
      const isJson = request.headers.get("Content-Type") === "application/json";
      const call = {
        path: new URL(request.url).pathname,
        headers: request.headers,
        body: isJson ? JSON.parse(text) : text,
      };
      received.push(call);
      for (const tell of waiting) tell(call);
      waiting = [];
      return await answer(call);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/a2a`,
    received,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** An answer with one text part, as JSON-RPC. */
export function textReply(text: string): Response {
  return Response.json({
    jsonrpc: "2.0",
    id: "1",
    result: { role: "agent", parts: [{ kind: "text", text }] },
  });
}

/** Starts an agent that answers every call with these raw bytes and then cuts the connection. */
export function startRawAgent(bytes: string): TestAgent {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const done = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(64 * 1024));
      await connection.write(new TextEncoder().encode(bytes));
      connection.close();
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/a2a`,
    received: [],
    next: () => Promise.reject(new Error("A raw agent does not keep what it received")),
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await done;
    },
  };
}

/** A URL on which nothing listens. */
export function closedUrl(): string {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return `http://127.0.0.1:${port}/a2a`;
}
