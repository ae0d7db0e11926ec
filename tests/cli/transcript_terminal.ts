import { childEnvironment } from "../../scripts/child_environment.ts";
import { shellQuote } from "../../src/lib/shell_quote.ts";
import { programCommand } from "../e2e/program.ts";
import { TestDir } from "../support/test_dir.ts";
import { assertEquals } from "@std/assert";
import { type PtyStep, runOnTerminal } from "../commands/on_terminal.ts";
import { screenOf } from "./terminal_screen.ts";

/** What `press` may name. */
const KEYS: Readonly<Record<string, string>> = {
  enter: "\r",
  backspace: "\x7f",
  left: "\x1b[D",
  "ctrl-c": "\x03",
  "ctrl-d": "\x04",
};
const USUAL_COLUMNS = 80;

/** What a transcript's `terminal` line asks for. */
export interface Typing {
  readonly columns: number;
  readonly steps: readonly PtyStep[];
}

/**
 * Reads what a person does: `wait TEXT`, `type TEXT`, `paste TEXT` (`\n` is a line end), `press KEY`
 * (tests/README.md, "Transcripts").
 *
 * @throws {SyntaxError} for anything else
 */
export function typingOf(columns: string, block: string): Typing {
  const lines = block.split("\n").filter((line) => line !== "");
  const steps = lines.map((line): PtyStep => {
    const [, verb, text = ""] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (verb === "wait") return { expect: text };
    if (verb === "type") return { send: text };
    if (verb === "paste") {
      return { send: `\x1b[200~${text.replaceAll("\\n", "\r")}\x1b[201~` };
    }
    const key = verb === "press" ? KEYS[text] : undefined;
    if (key === undefined) throw new SyntaxError(`Cannot do ${JSON.stringify(line)}`);
    return { send: key };
  });
  return { columns: columns === "" ? USUAL_COLUMNS : Number(columns), steps };
}

/** Runs the program on a terminal, which has to be as it was afterwards. @returns what it shows */
export async function runOnScreen(
  args: readonly string[],
  { columns, steps }: Typing,
  options: { readonly home: string; readonly env: Record<string, string> },
): Promise<{ readonly screen: string; readonly code: number }> {
  // Under its own name on PATH: how lines are broken depends on how long that is.
  await using bin = await TestDir.make();
  const started = programCommand().map((word) => shellQuote(word)).join(" ");
  await bin.write("molecule-mcp", `#!/bin/sh\nexec ${started} "$@"\n`, 0o755);
  const env = { PATH: `${bin.path}:${childEnvironment().PATH ?? ""}`, ...options.env };
  const run = await runOnTerminal(args, steps, { ...options, env, columns });
  assertEquals([run.missed, run.isRestored, run.left], [null, true, ""], run.shown);
  return { screen: screenOf(run.shown, columns), code: run.code ?? -1 };
}

/**
 * A home of the usual length, which says where lines are broken: Deno's random names are a digit shorter
 * where they would begin with 0.
 */
export async function makeHome(): Promise<TestDir> {
  while (true) {
    const home = await TestDir.make();
    if (/-[0-9a-f]{16}$/.test(home.path) || !/-[0-9a-f]{1,15}$/.test(home.path)) return home;
    await home[Symbol.asyncDispose]();
  }
}
