import { field, isObject, type JsonObject } from "../../src/lib/json.ts";
import { LineProcess } from "../line_process.ts";
import type { Program } from "../smoke/program.ts";

/** From this version on there is no handshake and no session: each request stands alone. */
const STATELESS_VERSION = "2026-07-28";
/** The HTTP status that the protocol requires for an error; any other error comes with 200. */
const STATUS_OF_ERROR: Readonly<Record<number, number>> = {
  [-32700]: 400,
  [-32600]: 400,
  [-32602]: 400,
  [-32020]: 400,
  [-32021]: 400,
  [-32022]: 400,
  [-32601]: 404,
};

/** A server of MCP over HTTP in front of a program that speaks it over stdio. */
export interface Bridge extends AsyncDisposable {
  readonly url: string;
}

/**
 * Lets a client of MCP's Streamable HTTP talk to a program that uses stdio. Every message passes
 * unchanged, in both directions: with a bridge that answers by itself, as the usual ones do with an SDK
 * of their own, the bridge would be what is tested. Only what HTTP adds is done here: sessions, with one
 * process each; one process for all requests without a session; and the status of an error.
 *
 * @param env the program's whole environment
 */
export function startBridge(
  program: Program,
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Bridge {
  const open = () => new Conversation(program, { env, cwd });
  const sessions = new Map<string, Conversation>();
  let stateless: Conversation | undefined;

  const post = async (request: Request): Promise<Response> => {
    const message: unknown = await request.json();
    if (!isObject(message)) return new Response("expected one message", { status: 400 });
    const begins = message.method === "initialize" &&
      request.headers.get("mcp-protocol-version") !== STATELESS_VERSION;
    const sessionId = begins ? crypto.randomUUID() : request.headers.get("mcp-session-id");
    if (sessionId === null) return response(await (stateless ??= open()).exchange(message));
    if (begins) sessions.set(sessionId, open());
    const session = sessions.get(sessionId);
    if (!session) return new Response("unknown session", { status: 404 });
    const headers = { "Mcp-Session-Id": sessionId };
    // Only from 2026-07-28 on do errors have a status of their own.
    return response(await session.exchange(message), { headers, status: 200 });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (request.method === "POST") return await post(request);
    const id = request.headers.get("mcp-session-id") ?? "";
    const session = sessions.get(id);
    // The protocol allows a server to offer no stream itself, and nothing here needs one.
    if (request.method !== "DELETE") return new Response(null, { status: 405 });
    sessions.delete(id);
    await session?.close();
    return new Response(null, { status: session ? 200 : 404 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    async [Symbol.asyncDispose]() {
      await Promise.all([...sessions.values(), ...(stateless ? [stateless] : [])]
        .map((conversation) => conversation.close()));
      await server.shutdown();
    },
  };
}

/** The messages that belong to a request: notifications first, the answer last. */
type Answered = readonly [...notifications: JsonObject[], answer: JsonObject];

interface Waiting {
  readonly progressToken: unknown;
  readonly told: JsonObject[];
  resolve(answered: Answered): void;
  reject(error: Error): void;
}

/** One process, and which requests wait for its answers. */
class Conversation {
  readonly #process: LineProcess;
  readonly #waiting = new Map<unknown, Waiting>();

  constructor(program: Program, options: { env: Record<string, string>; cwd: string }) {
    this.#process = new LineProcess(program, {
      ...options,
      onLine: (line) => this.#receive(JSON.parse(line)),
    });
  }

  /** @returns undefined for what gets no answer */
  async exchange(message: JsonObject): Promise<Answered | undefined> {
    const { id, method } = message;
    const isRequest = id !== undefined && method !== undefined;
    // Two clients may use the same id; over stdio they are one client, which may not.
    while (isRequest && this.#waiting.has(id)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    if (isRequest) {
      const progressToken = field(field(message.params, "_meta"), "progressToken");
      this.#waiting.set(id, { progressToken, told: [], resolve, reject });
    }
    await this.#process.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
    return isRequest ? await promise : undefined;
  }

  async close(): Promise<void> {
    await this.#process.end();
    for (const { reject } of this.#waiting.values()) reject(new Error("The program has ended"));
  }

  #receive(message: unknown): void {
    if (!isObject(message)) return;
    if (message.method !== undefined) {
      this.#about(message)?.told.push(message);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    waiting?.resolve([...waiting.told, message]);
  }

  /** The request that a notification is for; undefined when it is for none. */
  #about({ params }: JsonObject): Waiting | undefined {
    const subscription = field(
      field(params, "_meta"),
      "io.modelcontextprotocol/subscriptionId",
    );
    if (subscription !== undefined) return this.#waiting.get(subscription);
    const token = field(params, "progressToken");
    if (token === undefined) return undefined;
    return [...this.#waiting.values()].find(({ progressToken }) => progressToken === token);
  }
}

function response(
  answered: Answered | undefined,
  init: { headers?: Record<string, string>; status?: number } = {},
): Response {
  if (!answered) return new Response(null, { ...init, status: 202 });
  const answer = answered[answered.length - 1];
  const status = init.status ?? STATUS_OF_ERROR[Number(field(field(answer, "error"), "code"))] ??
    200;
  if (answered.length === 1) return Response.json(answer, { ...init, status });
  const events = answered.map((message) => `event: message\ndata: ${JSON.stringify(message)}\n\n`);
  const headers = { ...init.headers, "Content-Type": "text/event-stream" };
  return new Response(events.join(""), { headers, status });
}
