import { prose } from "../../src/local/play/script.ts";
import type { Transcript } from "./transcript.ts";

/** An agent inside the platform: it is called over HTTP and answers at once. */
export function startPushAgent(transcript: Transcript): AsyncDisposable & { url: string } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const call = await request.json();
      const task: string = call.params.message.parts[0].text;
      transcript.say("Writer", "(called over HTTP) writes a sentence");
      return Response.json({
        jsonrpc: "2.0",
        id: call.id,
        result: { role: "agent", parts: [{ kind: "text", text: prose(task) }] },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
