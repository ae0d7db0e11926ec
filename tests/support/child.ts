/**
 * Parts of a test that need a process of their own, since umask, user and permissions belong to a
 * whole process: `inChild` asks, and the script that it runs answers with `answerParent`.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { denoCommand } from "../../scripts/deno_command.ts";

const NOBODY = 65534;

/** As what the child works. */
interface ChildUser {
  readonly umask?: number;
  /** Whether to give up root, for which no file is unreadable. */
  readonly unprivileged?: boolean;
}

/** What the child's work came to. */
export interface ChildAnswer {
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly cause?: string };
}

/**
 * Has a script do its work in a process of its own.
 *
 * @param task what the script's `answerParent` is told, which must survive JSON
 * @param permissions flags of `deno run`; default: all
 * @throws when the script itself fails, with what it wrote to stderr
 */
export async function inChild<Task>(
  script: URL,
  task: Task & ChildUser,
  permissions?: readonly string[],
): Promise<ChildAnswer> {
  const args = [...childArgs(script, permissions), JSON.stringify(task)];
  const { code, stdout, stderr } = await new Deno.Command(denoCommand(), { args }).output();
  if (code !== 0) throw new Error(`The child failed: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The script's side: does the work as the user that was asked for, and prints what came of it. */
export async function answerParent<Task>(work: (task: Task) => Promise<unknown>): Promise<void> {
  const task: Task & ChildUser = JSON.parse(Deno.args[0] ?? "{}");
  if (task.umask !== undefined) Deno.umask(task.umask);
  if (task.unprivileged && Deno.uid() === 0) {
    const { default: process } = await import("node:process");
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
  }
  console.log(JSON.stringify(await outcome(() => work(task))));
}

async function outcome(work: () => Promise<unknown>): Promise<ChildAnswer> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? error.cause.name : undefined;
    return { error: { name: error.name, message: error.message, cause } };
  }
}

/** The arguments that make `deno` run a script of the tests, on any network. */
export function childArgs(script: URL, permissions: readonly string[] = ["-A"]): string[] {
  const importMap = new URL("../../scripts/npm_only/import_map.json", import.meta.url);
  return [
    "run",
    "--no-lock",
    "--no-prompt",
    `--import-map=${fromFileUrl(importMap)}`,
    ...permissions,
    fromFileUrl(script),
  ];
}
