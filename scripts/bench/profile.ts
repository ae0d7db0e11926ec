import { toFileUrl } from "@std/path";
import { bundle } from "../bundle.ts";
import { permissionFlags } from "../permissions.ts";
import { distDir } from "../release/project.ts";
import { field, isObject } from "../../src/lib/json.ts";
import type { TempDir } from "../temp_dir.ts";
import { INITIALIZE, startServer } from "./child.ts";
import { tableLines } from "./table.ts";

const OUTPUT = new URL("start.cpuprofile", distDir);
const SAMPLING_INTERVAL_US = 50;
const MAX_SHOWN = 30;

/**
 * Takes a CPU profile of the start, from the first line of the program to the answer to `initialize`,
 * of the bundle with its names (not minified) under `deno run`. Prints where the time goes and keeps
 * the whole as dist/start.cpuprofile, for the Performance panel of Chrome.
 *
 * @param flags for `deno bundle`
 */
export async function profileStart(folder: TempDir, flags: readonly string[]): Promise<void> {
  const program = folder.at("named.js");
  await bundle(flags, toFileUrl(program), { minify: false });
  const args = ["run", "--no-config", "--inspect-brk=127.0.0.1:0", ...permissionFlags()];
  const child = startServer(
    { command: Deno.execPath(), args: [...args, program] },
    folder.path,
    "piped",
  );
  const input = child.stdin.getWriter();
  const output = child.stdout.getReader();
  const profile = await profileUntil(child, async () => {
    await input.write(new TextEncoder().encode(INITIALIZE));
    await output.read();
  });
  await output.cancel();
  await input.close();
  await child.status;
  await Deno.writeTextFile(OUTPUT, JSON.stringify(profile));
  for (const line of tableLines(report(profile))) console.log(line);
  console.log("The whole profile: dist/start.cpuprofile");
}

/** Lets the program run, which waits for a debugger, until `done` resolves. */
async function profileUntil(child: Deno.ChildProcess, done: () => Promise<void>): Promise<unknown> {
  const address = await debuggerAddress(child.stderr);
  const inspector = new Inspector(new WebSocket(address));
  await inspector.opened;
  await inspector.ask("Profiler.enable");
  await inspector.ask("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL_US });
  await inspector.ask("Profiler.start");
  await inspector.ask("Runtime.runIfWaitingForDebugger");
  await done();
  const { profile } = await inspector.ask("Profiler.stop");
  inspector.close();
  return profile;
}

async function debuggerAddress(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const found = Promise.withResolvers<string>();
  let text = "";
  // Read to its end: a full pipe must not hold the program up.
  stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write: (chunk) => {
        text += chunk;
        const address = /ws:\/\/\S+/.exec(text)?.[0];
        if (address !== undefined) found.resolve(address);
      },
      close: () => found.reject(new Error(`No debugger: ${text}`)),
    }),
  );
  return await found.promise;
}

/** The little of the inspector's protocol that this needs. */
class Inspector {
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: Record<string, unknown>) => void>();
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.opened = new Promise((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error("The debugger does not answer"));
    });
    socket.onmessage = ({ data }) => {
      const { id, result } = JSON.parse(data);
      this.#waiting.get(id)?.(result ?? {});
      this.#waiting.delete(id);
    };
  }

  async ask(method: string, params = {}): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    const answer = new Promise<Record<string, unknown>>((resolve) =>
      this.#waiting.set(id, resolve)
    );
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await answer;
  }

  close(): void {
    this.#socket.close();
  }
}

/** The functions that took longest by themselves, and with all that they called. */
function report(profile: unknown): string[][] {
  const nodes = arrayOf(field(profile, "nodes"));
  const samples = arrayOf(field(profile, "samples"));
  const deltasUs = arrayOf(field(profile, "timeDeltas"));
  const parents = new Map<unknown, unknown>();
  const names = new Map<unknown, string>();
  for (const node of nodes) {
    const frame = field(node, "callFrame");
    const name = field(frame, "functionName") || "(anonymous)";
    names.set(field(node, "id"), `${name}:${Number(field(frame, "lineNumber")) + 1}`);
    for (const child of arrayOf(field(node, "children"))) parents.set(child, field(node, "id"));
  }
  const selfUs = new Map<string, number>();
  const totalUs = new Map<string, number>();
  const add = (map: Map<string, number>, name: string, us: number) =>
    map.set(name, (map.get(name) ?? 0) + us);
  for (const [index, id] of samples.entries()) {
    const us = Number(deltasUs[index]);
    add(selfUs, names.get(id) ?? "", us);
    const stack = new Set<string>();
    for (let at: unknown = id; at !== undefined; at = parents.get(at)) {
      stack.add(names.get(at) ?? "");
    }
    for (const name of stack) add(totalUs, name, us);
  }
  const longest = [...totalUs].sort(([, a], [, b]) => b - a).slice(0, MAX_SHOWN);
  return [
    ["with callees", "by itself", "function:line of the bundle"],
    ...longest.map(([name, us]) => [milliseconds(us), milliseconds(selfUs.get(name) ?? 0), name]),
  ];
}

function milliseconds(us: number): string {
  return `${(us / 1000).toFixed(1)} ms`;
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
}
