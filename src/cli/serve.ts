import type { Settings } from "../config/settings.ts";
import { instructions } from "../mcp/instructions.ts";
import { McpServer } from "../mcp/server.ts";
import { StdioTransport } from "../mcp/stdio_transport.ts";
import { sleep } from "../lib/sleep.ts";
import { Log } from "../safety/log.ts";
import { SecretScrubber } from "../safety/redact.ts";
import { isEnvironmentOpen } from "./environment.ts";
import { EXIT } from "./exit_codes.ts";
import { endSignal, parentEnd } from "./process_end.ts";
import { StderrLines } from "./stderr_lines.ts";
import type { Work, WorkOptions } from "./work.ts";

/** The process is gone within a second; what it wrote is safe at any moment. */
const CLOSE_PATIENCE_MS = 500;
/** What was said last is to be read, also when closing took all of its time. */
const LEAST_FLUSH_MS = 100;
/** A client that has said nothing for so long is not waited for with the work. */
const UNASKED_MS = 50;

/**
 * Serves MCP on stdin and stdout until the input ends or a signal comes. A refused token does not
 * end it: clients never start a stdio server again, and the token may heal (design.md, Start).
 *
 * What a first answer does not need is loaded and begun after it: the tools, the inbox, the presence
 * (`beginWork`), timers.
 *
 * @param notices lines from the configuration that a person should see
 * @param input stdin
 * @returns the exit code
 */
export async function serve(
  settings: Settings,
  notices: readonly string[],
  input: AsyncIterable<Uint8Array>,
): Promise<number> {
  const scrubber = new SecretScrubber(settings.workspaces.map(({ id }) => id));
  const stderr = new StderrLines();
  const log = new Log({
    write: (line) => stderr.write(line),
    scrubber,
    verbose: settings.verbose,
    ownIds: settings.workspaces.map(({ id }) => id),
  });
  for (const { inlineToken } of settings.workspaces) scrubber.add(inlineToken);
  for (const notice of notices) log.problem(notice);
  // Asking costs a look at each variable.
  if (settings.verbose) {
    log.info(isEnvironmentOpen() ? "The environment is open" : "The environment is closed");
  }

  const ending = new AbortController();
  const parent = Deno.ppid;
  // Before the client hears anything: whoever ends the process then finds it listening.
  const signalled = endSignal(ending.signal);
  const firstWord = Promise.withResolvers<void>();
  let begun: Promise<Work> | undefined;
  const work = (): Promise<Work> => {
    firstWord.resolve();
    return begun ??= begin({ settings, scrubber, log, signal: ending.signal });
  };
  const server = new McpServer({
    instructions: instructions(settings.instructionsPollTimeoutSecs),
    tools: {
      listTools: async () => await (await work()).listTools(),
      callTool: async (call) => await (await work()).callTool(call),
    },
    onClient: (client, gone) => {
      begun?.then((work) => work.deliverTo(server, client, gone));
    },
  });
  server.onerror = (error) => log.info(`MCP: ${error.message}`);
  const disconnected = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  const transport = new StdioTransport(
    { input, output: Deno.stdout },
    { onAnswer: () => firstWord.resolve() },
  );
  await server.connect(transport);
  const ended = Promise.race([disconnected, signalled]);
  const isOver = await Promise.race([
    firstWord.promise.then(() => false),
    unasked(transport, settings.stateDir).then(() => false),
    ended.then(() => true),
  ]);
  // What cannot begin is a fault of this program, which is better seen than served without.
  const working = isOver ? begun : work();
  if (working) await Promise.race([working.then(() => ended), parentEnd(parent, ending.signal)]);

  const endsAtMs = performance.now() + CLOSE_PATIENCE_MS;
  ending.abort();
  const closing = await Promise.race([working, sleep(CLOSE_PATIENCE_MS)]) ?? undefined;
  await closing?.close(endsAtMs - performance.now());
  await stderr.flush(Math.max(endsAtMs - performance.now(), LEAST_FLUSH_MS));
  return closing?.allRefused() ? EXIT.refused : EXIT.ok;
}

/** Loads what a first answer does not need. */
async function begin(options: WorkOptions): Promise<Work> {
  const { beginWork } = await import("./work.ts");
  return await beginWork(options);
}

/**
 * Resolves when it is clear that no client waits for a first answer. What one wrote before this
 * process ran is read by the time that a file has been looked at twice; and only then a timer is
 * set, the first of which costs a start 4 ms.
 */
async function unasked(transport: StdioTransport, anyPath: string): Promise<void> {
  for (let look = 0; look < 2; look++) await Deno.lstat(anyPath).catch(() => {});
  if (transport.isAsked) return await new Promise(() => {});
  await sleep(UNASKED_MS);
}
