/**
 * The commands of the second file, molecule-mcp-more.js (src/README.md, "Commands"). The server
 * never reads it.
 *
 * @module
 */
import { ownCommand } from "../cli/own_command.ts";
import { COMMANDS } from "../cli/command_table.ts";
import { readEnvironment } from "../cli/environment.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { login } from "./auth/login.ts";
import { logout } from "./auth/logout.ts";
import { status as authStatus } from "./auth/status.ts";
import { clients } from "./clients.ts";
import { completions } from "./completions.ts";
import { doctor } from "./doctor/doctor.ts";
import { environmentText, helpText } from "./help.ts";
import { install } from "./install.ts";
import { local } from "./local.ts";
import { serve } from "./serve.ts";
import { status } from "./status.ts";
import { LOCAL_PROFILE } from "../config/profile.ts";
import { profileProblem } from "../config/state_dir.ts";
import { errorText } from "../lib/error_text.ts";
import type { Command } from "./support/command.ts";
import { commandHelp } from "./support/command_help.ts";
import { PromptCancelled } from "./support/prompt.ts";
import { Terminal } from "./support/terminal.ts";
import { unknownCommand } from "./support/unknown_command.ts";
import { type Arguments, parseArguments, type Usage, UsageError } from "./support/usage.ts";
import { uninstall } from "./uninstall.ts";
import { upgrade } from "./upgrade.ts";
import { welcome } from "./welcome.ts";

const ISSUES = "https://github.com/molecule-ai/molecule-mcp/issues";

/** By the name in COMMANDS. */
const RUNNABLE: Readonly<Record<string, Command>> = {
  serve,
  "auth login": login,
  "auth status": authStatus,
  "auth logout": logout,
  install,
  uninstall,
  clients,
  doctor,
  status,
  local,
  upgrade,
  completions: completions((name) => usageOf(name)),
};

/** A bare run on a terminal. @returns the exit code */
export async function welcomeAtTerminal(profile?: string): Promise<number> {
  const { read } = readEnvironment();
  const terminal = new Terminal({ read });
  const problem = profile === undefined ? undefined : profileProblem(profile);
  if (!problem) return await welcome({ terminal, read, profile });
  terminal.error(`${problem.variable}: ${problem.message}`);
  terminal.step("Everything else:", ownCommand("--help"));
  return EXIT.configuration;
}

/**
 * Runs a command, or says why the command line is none.
 *
 * @param first empty: a bare run on a terminal
 * @returns the exit code
 */
export async function runCommand(first: string, rest: readonly string[]): Promise<number> {
  const { read } = readEnvironment();
  const terminal = new Terminal({ read });
  if (first === "") return await welcomeAtTerminal();
  const asksForHelp = first === "help" || first === "--help" || first === "-h";
  const words = asksForHelp ? rest : [first, ...rest];
  if (asksForHelp) {
    if (rest.length === 0) {
      terminal.print(helpText(terminal.width));
      return EXIT.ok;
    }
    if (rest.length === 1 && rest[0] === "environment") {
      terminal.print(environmentText(terminal.width));
      return EXIT.ok;
    }
  }
  const found = findCommand(words);
  if (!found) {
    const group = COMMANDS.filter((command) => command.name.startsWith(`${words[0]} `));
    if (group.length > 0 && (asksForHelp || words[1] === "--help" || words[1] === "-h")) {
      for (const { name, summary } of group) terminal.print(`${name}: ${summary}`);
      return EXIT.ok;
    }
    terminal.error(unknownCommand(words));
    terminal.step("What there is:", ownCommand("--help"));
    return EXIT.configuration;
  }
  const { name, command, args } = found;
  if (asksForHelp || args.includes("--help") || args.includes("-h")) {
    terminal.print(commandHelp(name, command.usage, terminal.width));
    return EXIT.ok;
  }
  const interrupted = new AbortController();
  const onInterrupt = () => interrupted.abort();
  Deno.addSignalListener("SIGINT", onInterrupt);
  try {
    const parsed = parseArguments(args, command.usage);
    const profile = profileOf(parsed);
    const code = await command.run(parsed, {
      terminal,
      read,
      signal: interrupted.signal,
      ...(profile !== undefined && { profile }),
    });
    const isEnd = command.endsAtInterrupt ?? false;
    return interrupted.signal.aborted && !isEnd ? EXIT.interrupted : code;
  } catch (error) {
    if (error instanceof PromptCancelled && error.isInterrupt) {
      terminal.note("Interrupted.");
      return EXIT.interrupted;
    }
    terminal.error(`${name}: ${errorText(error)}`);
    if (error instanceof UsageError) {
      if (error.step) terminal.step(error.step.lead, error.step.command);
      terminal.step("What it takes:", ownCommand(`${name} --help`));
      return EXIT.configuration;
    }
    // What a command knows of, it explains itself.
    terminal.note(`Please report this, with what you typed: ${ISSUES}`);
    return EXIT.failed;
  } finally {
    Deno.removeSignalListener("SIGINT", onInterrupt);
  }
}

/** @throws {UsageError} before a command can repeat a name that is none */
function profileOf(args: Arguments): string | undefined {
  const profile = args.text("profile");
  const problem = profile === undefined ? undefined : profileProblem(profile);
  if (problem) throw new UsageError(`${problem.variable}: ${problem.message}`);
  if (!args.isSet("local")) return profile;
  if (profile === undefined) return LOCAL_PROFILE;
  throw new UsageError("--local and --profile exclude each other");
}

function usageOf(name: string): Usage | undefined {
  return Object.hasOwn(RUNNABLE, name) ? RUNNABLE[name]?.usage : undefined;
}

/** The command that the first two words or the first one name. */
function findCommand(
  words: readonly string[],
): { name: string; command: Command; args: readonly string[] } | undefined {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(" ");
    const command = Object.hasOwn(RUNNABLE, name) ? RUNNABLE[name] : undefined;
    if (command) return { name, command, args: words.slice(count) };
  }
  return undefined;
}
