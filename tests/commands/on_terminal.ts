import { join } from "@std/path";
import { childEnvironment } from "../../scripts/child_environment.ts";
import { BUNDLE, programCommand, ROOT } from "../e2e/program.ts";
import { named } from "../cli/named.ts";
import { lacking, type SkipReason } from "../support/test_unless.ts";

/** What a person does: waits for a text, types, waits; or what the system does to the program. */
export type PtyStep =
  | { readonly expect: string }
  | { readonly send: string }
  | { readonly pause: number }
  | { readonly signal: number };

/** How a run on a terminal went. */
export interface PtyRun {
  /** All that the terminal showed, escape codes included. */
  readonly shown: string;
  /** Negative: the signal that ended it. */
  readonly code: number | null;
  /** The text that was waited for in vain. */
  readonly missed: string | null;
  /** Whether the terminal is as it was. */
  readonly isRestored: boolean;
  /** What was typed and not read: it would reach the shell. */
  readonly left: string;
}

/** What a test on a terminal needs. */
export const NO_PTY: SkipReason = lacking("python3 with terminals (pty)", hasPty());

/** Runs the program that ships on a terminal of its own. */
export async function runOnTerminal(
  args: readonly string[],
  steps: readonly PtyStep[],
  options: { readonly home: string; readonly env?: Record<string, string>; columns?: number },
): Promise<PtyRun> {
  const { home, env = {}, columns = 80 } = options;
  const { HOME = "", ...others } = childEnvironment();
  const task = {
    command: [...programCommand(), ...args],
    cwd: home,
    env: {
      DENO_DIR: join(HOME, Deno.build.os === "darwin" ? "Library/Caches/deno" : ".cache/deno"),
      ...others,
      TERM: "xterm-256color",
      HOME: home,
      ...env,
    },
    steps,
    columns,
  };
  const child = new Deno.Command("python3", {
    args: [join(ROOT, "tests/commands/on_terminal.py")],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(task)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`No terminal for ${BUNDLE}: ${decoder.decode(stderr)}`);
  const run: PtyRun = JSON.parse(decoder.decode(stdout));
  return { ...run, shown: named(run.shown) };
}

function hasPty(): boolean {
  try {
    const args = ["-c", "import pty, termios; pty.openpty()"];
    return new Deno.Command("python3", { args, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}
