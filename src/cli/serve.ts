import type { Settings } from "../config/settings.ts";
import { instructions } from "../mcp/instructions.ts";
import { McpServer } from "../mcp/server.ts";
import { StdioTransport } from "../mcp/transport/stdio_transport.ts";
import { sleep } from "../lib/sleep.ts";
import { Log } from "../safety/log.ts";
import { SecretRedactor } from "../safety/secrets/secret_redactor.ts";
import { isEnvironmentOpen } from "./environment.ts";
import { EXIT } from "./exit_codes.ts";
import { endSignal, parentEnd, parentId } from "./end_signals.ts";
import { StderrLines } from "./stderr_lines.ts";
import type { Backend, BackendOptions } from "./backend.ts";

/** The process must be gone within a second; its files are consistent at any moment. */
const CLOSE_PATIENCE_MS = 500;
/** The last lines should still be written when closing has used up its time. */
const LEAST_FLUSH_MS = 100;
/** After this long without a word from the client, the backend starts anyway. */
const UNASKED_MS = 50;

/**
 * Serves MCP on stdin and stdout until the input ends or a signal arrives. A refused token does not
 * end it: clients never restart a stdio server, and the token may recover (src/README.md, "The
 * process").
 *
 * What the first answer does not need is loaded and started after it: the tools, the inbox, the
 * presence (`startBackend`), timers.
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
  const redactor = new SecretRedactor(settings.workspaces.map(({ id }) => id));
  const stderr = new StderrLines();
  const log = new Log({
    write: (line) => stderr.write(line),
    redactor,
    verbose: settings.verbose,
    ownIds: settings.workspaces.map(({ id }) => id),
  });
  for (const { inlineToken } of settings.workspaces) redactor.add(inlineToken);
  for (const notice of notices) log.problem(notice);
  // Only when verbose: the check looks at every variable.
  if (settings.verbose) {
    log.info(isEnvironmentOpen() ? "The environment is open" : "The environment is closed");
  }

  const ending = new AbortController();
  const parent = parentId();
  // Before the client gets an answer: whoever sends a signal after that finds it handled.
  const signalled = endSignal(ending.signal);
  const firstWord = Promise.withResolvers<void>();
  let started: Promise<Backend> | undefined;
  const backend = (): Promise<Backend> => {
    firstWord.resolve();
    return started ??= loadBackend({ settings, redactor, log, signal: ending.signal });
  };
  const server = new McpServer({
    instructions: instructions(settings.instructionsPollTimeoutSecs),
    tools: {
      listTools: async () => await (await backend()).listTools(),
      callTool: async (call) => await (await backend()).callTool(call),
    },
    onCaller: (client) => {
      backend().then((backend) => backend.servesClient(client));
    },
    onClient: (client, gone) => {
      started?.then((backend) => backend.deliverTo(server, client, gone));
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
  // A backend that cannot start is a fault of this program: better to fail visibly than serve
  // without.
  const running = isOver ? started : backend();
  if (running) await Promise.race([running.then(() => ended), parentEnd(parent, ending.signal)]);

  const endsAtMs = performance.now() + CLOSE_PATIENCE_MS;
  ending.abort();
  const closing = await Promise.race([running, sleep(CLOSE_PATIENCE_MS)]) ?? undefined;
  await closing?.close(endsAtMs - performance.now());
  await stderr.flush(Math.max(endsAtMs - performance.now(), LEAST_FLUSH_MS));
  return closing?.allRefused() ? EXIT.refused : EXIT.ok;
}

/** Loads what the first answer does not need. */
async function loadBackend(options: BackendOptions): Promise<Backend> {
  const { startBackend } = await import("./backend.ts");
  return await startBackend(options);
}

/**
 * Resolves when it is clear that no client is waiting for a first answer. Whatever a client wrote
 * before this process ran has been read by the time a file has been looked up twice. Only then is a
 * timer set, since the first timer costs 4 ms at start.
 */
async function unasked(transport: StdioTransport, anyPath: string): Promise<void> {
  for (let look = 0; look < 2; look++) await Deno.lstat(anyPath).catch(() => {});
  if (transport.isAsked) return await new Promise(() => {});
  await sleep(UNASKED_MS);
}
