import { endSignal } from "../cli/end_signals.ts";
import { ownCommand } from "../cli/own_command.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { LOCAL_PROFILE } from "../config/profile.ts";
import { resolveStateDir } from "../config/state_dir.ts";
import { errorText } from "../lib/error_text.ts";
import type { SqliteStore } from "../local/state/sqlite_store.ts";
import { ConnectionFiles, type Running } from "./local/connection.ts";
import { whenEntered } from "./local/enter_key.ts";
import { connectionJson, introduction, linkLines } from "./local/introduction.ts";
import { openData } from "./local/open_data.ts";
import { startPlatform } from "./local/start_platform.ts";
import type { Command, CommandContext } from "./support/command.ts";
import { UsageError } from "./support/usage.ts";

const HIGHEST_PORT = 65_535;
const ONE_FOR_EACH = "there is one local platform for each user";

/** Runs a platform with a small organisation and its page, until it is told to stop. */
export const local: Command = {
  endsAtInterrupt: true,
  usage: {
    flags: {
      port: { type: "string", value: "N", meaning: "listen on this port (default: 4747 if free)" },
      data: { type: "string", value: "DIR", meaning: "keep everything there and go on from it" },
      play: { type: "boolean", meaning: "play a piece of work once the page is open" },
      json: { type: "boolean", meaning: "say where it is as JSON" },
    },
    refused: { profile: ONE_FOR_EACH, local: ONE_FOR_EACH },
    get notes() {
      return [
        "A Molecule platform on 127.0.0.1, with a page for the browser: a workspace for your " +
        "agent, and three colleagues that answer. It needs no account. Ctrl-C stops it.",
        "Your agent joins with",
        "",
        `  ${ownCommand("install CLIENT --local")}`,
        "",
        "Exit codes: 1 it cannot listen or keep its state, or one runs already.",
      ];
    },
  },
  async run(args, context) {
    const port = parsePort(args.text("port"));
    const state = resolveStateDir(context.read, { profile: LOCAL_PROFILE });
    if ("problem" in state) {
      context.terminal.error(`${state.problem.variable}: ${state.problem.message}`);
      return EXIT.configuration;
    }
    let files;
    try {
      files = await ConnectionFiles.take(state.path);
    } catch (error) {
      context.terminal.error(errorText(error));
      return EXIT.failed;
    }
    if ("running" in files) {
      context.terminal.error(runsAlready(files.running));
      return EXIT.failed;
    }
    try {
      return await runPlatform(files, context, {
        port,
        dataDir: args.text("data"),
        uid: state.uid,
        plays: args.isSet("play"),
        asJson: args.isSet("json"),
      });
    } finally {
      await files.remove().catch((error) => context.terminal.error(errorText(error)));
    }
  },
};

interface LocalOptions {
  readonly port: number | undefined;
  readonly dataDir: string | undefined;
  /** As whom this process creates files, where there are owners. */
  readonly uid: number | undefined;
  readonly plays: boolean;
  readonly asJson: boolean;
}

async function runPlatform(
  files: ConnectionFiles,
  context: CommandContext,
  { port, dataDir, uid, plays, asJson }: LocalOptions,
): Promise<number> {
  const { terminal } = context;
  let store: SqliteStore | undefined;
  let platform;
  // From now on: whoever is told to end while it starts takes its files away, too.
  const stop = new AbortController();
  const ended = endSignal(stop.signal);
  try {
    store = dataDir === undefined ? undefined : await openData(dataDir, uid);
    platform = await startPlatform({
      port,
      store,
      plays,
      saveConnection: (connection) => files.write(connection),
    });
  } catch (error) {
    stop.abort();
    store?.close();
    terminal.error(whyNot(error, port));
    return EXIT.failed;
  }
  try {
    const told = { ...platform, connectionPath: files.path, dataDir };
    if (asJson) terminal.json(connectionJson(told));
    else for (const line of introduction(told)) terminal.print(line);
    const { newLink } = platform;
    if (terminal.isInteractive && !asJson) {
      void whenEntered(stop.signal, () => terminal.print(linkLines(newLink()).join("\n")));
    }
    await Promise.race([ended, aborted(context.signal)]);
    return EXIT.ok;
  } finally {
    stop.abort();
    await platform.close();
    store?.close();
  }
}

/** @throws {UsageError} */
function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= HIGHEST_PORT) return port;
  throw new UsageError(`--port takes a number from 0 (a free one) to ${HIGHEST_PORT}`);
}

function runsAlready({ platformUrl, pid }: Running): string {
  const where = platformUrl === undefined ? "" : ` on ${platformUrl}`;
  const who = pid === undefined ? "" : ` (process ${pid})`;
  return `a local platform runs already${where}${who}. Press Enter where it runs for a link to its ` +
    "page, or stop it there with Ctrl-C";
}

function whyNot(error: unknown, port: number | undefined): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return `cannot listen on port ${port}: another program does. Choose another with --port, or ` +
      "leave it out";
  }
  return errorText(error);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
