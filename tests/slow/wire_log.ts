/**
 * Stands between a client and the server that it starts, and writes down what passes: a client may
 * start a server more than once, and shows little of what it says to it.
 *
 * Usage: wire_log.ts LOG COMMAND [argument ...]
 *
 * @module
 */

/** One message, as it passed. */
export interface Passed {
  /** Of the process that stood between: one for each server that was started. */
  readonly pid: number;
  readonly from: "client" | "server";
  readonly message: Readonly<Record<string, unknown>>;
}

/** What has passed so far, in order. */
export async function readWireLog(path: string): Promise<Passed[]> {
  const text = await Deno.readTextFile(path);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

if (import.meta.main) {
  const [path = "", command = "", ...args] = Deno.args;
  using log = await Deno.open(path, { append: true, create: true });
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
  Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  const logged = (from: Passed["from"]) => {
    let rest = "";
    const decoder = new TextDecoder();
    return new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const passed: Passed = { pid: Deno.pid, from, message: JSON.parse(line) };
          log.writeSync(new TextEncoder().encode(`${JSON.stringify(passed)}\n`));
        }
        controller.enqueue(bytes);
      },
    });
  };
  const gone = () => {}; // Whichever side it is, the other one is told by the end of its pipe.
  Deno.stdin.readable.pipeThrough(logged("client")).pipeTo(child.stdin).catch(gone);
  await child.stdout.pipeThrough(logged("server")).pipeTo(Deno.stdout.writable).catch(gone);
  Deno.exit((await child.status).code);
}
