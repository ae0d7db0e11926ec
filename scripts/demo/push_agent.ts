import type { Transcript } from "./transcript.ts";

/** An agent inside the platform: it is called over HTTP and answers at once. */
export function startPushAgent(transcript: Transcript): AsyncDisposable & { url: string } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const call = await request.json();
      const task: string = call.params.message.parts[0].text;
      transcript.say("Writer", "(called over HTTP) writes a sentence");
      const notes = task.slice(task.indexOf(":") + 1).trim();
      return Response.json({
        jsonrpc: "2.0",
        id: call.id,
        result: { role: "agent", parts: [{ kind: "text", text: prose(notes) }] },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function prose(notes: string): string {
  const [first = "", ...rest] = notes.split(";").map((note) => note.trim());
  return `In short: ${[first, ...rest].join(", and ")}. Plan your walk around it.`;
}
