/**
 * Where the platform calls a push-mode colleague: a server on 127.0.0.1.
 *
 * @module
 */
import { inboundAuthorized } from "../../auth/inbound_secret.ts";
import { readBytes } from "../page/body.ts";
import { Refused } from "../page/refused.ts";
import { isObject, parseJson } from "../state/json.ts";
import { type Message, messageIn } from "./message.ts";

const MOST_BYTES = 16 * 1024 * 1024;

/** A server that listens. */
export interface PushServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts it.
 *
 * @param secretNow What the platform presents; any other caller is refused
 * @param answer The text of the answer; empty: one without a text; undefined: too busy
 */
export function startPushServer(
  secretNow: () => string | undefined,
  answer: (message: Message) => Promise<string | undefined>,
): PushServer {
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      onError: () => refuse(500, "the agent failed"),
    },
    async (request) => {
      if (!inboundAuthorized(secretNow(), request.headers.get("Authorization"))) {
        return refuse(401, "only the platform may call");
      }
      let body;
      try {
        body = parseJson(new TextDecoder().decode(await readBytes(request, MOST_BYTES)));
      } catch (error) {
        if (error instanceof Refused) return refuse(error.status, error.message);
        throw error;
      }
      const message = messageIn(body);
      const id = isObject(body) ? body.id ?? null : null;
      if (!message) {
        const error = { code: -32601, message: "Only message/send is understood" };
        return Response.json({ jsonrpc: "2.0", id, error });
      }
      const text = await answer(message);
      if (text === undefined) return refuse(503, "the agent is busy");
      const parts = text === "" ? [] : [{ kind: "text", text }];
      const result = { kind: "message", role: "agent", messageId: crypto.randomUUID(), parts };
      return Response.json({ jsonrpc: "2.0", id, result });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/a2a`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function refuse(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
