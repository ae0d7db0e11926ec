/**
 * Starts something as molecule-mcp: with an environment that holds only what is given, and for no
 * longer than a time limit.
 *
 * @module
 */
import { errorText } from "../../src/lib/error_text.ts";

/** How a form of the product is started. */
export interface Program {
  /** Its name in the table. */
  readonly name: string;
  readonly command: string;
  /** The arguments that come before the program's own. */
  readonly args: readonly string[];
  /** What it needs in its environment apart from the settings; nothing in a release. */
  readonly env?: Readonly<Record<string, string>>;
  /** The executable whose baked-in permissions can be read; absent where flags set them. */
  readonly executable?: string;
}

/** A started program. */
export interface Running {
  readonly child: Deno.ChildProcess;
  /** Resolves when the process has ended and nothing holds its output open any more. */
  readonly ended: Promise<Ended>;
}

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a probe found wrong; the message names expected and got. */
export class SmokeFailure extends Error {
  override readonly name = "SmokeFailure";
}

/** Starts the program with `env` as its whole environment, in `cwd`. Its stdin stays open. */
export function start(
  program: Program,
  args: readonly string[],
  options: { env: Readonly<Record<string, string>>; cwd: string },
): Deno.ChildProcess {
  try {
    return new Deno.Command(program.command, {
      args: [...program.args, ...args],
      clearEnv: true,
      env: { ...systemEnvironment(), ...options.env },
      cwd: options.cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    throw new SmokeFailure(`cannot be started: ${errorText(error)}`);
  }
}

/** Runs the program to its end with stdin held open, as an MCP client holds it. */
export async function run(
  program: Program,
  args: readonly string[],
  options: { env: Readonly<Record<string, string>>; cwd: string; timeoutMs: number },
): Promise<Ended> {
  const child = start(program, args, options);
  const [status, stdout, stderr] = await withKill(
    child,
    options.timeoutMs,
    `${["the program", ...args].join(" ")} to end`,
    Promise.all([child.status, text(child.stdout), text(child.stderr)]),
  );
  await closeQuietly(child.stdin);
  return { code: status.code, signal: status.signal, stdout, stderr };
}

/** Waits for a promise; kills the program and fails when that takes longer than the limit. */
export async function withKill<T>(
  child: Deno.ChildProcess,
  timeoutMs: number,
  what: string,
  promise: Promise<T>,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new SmokeFailure(`waited ${timeoutMs} ms for ${what}`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    promise.catch(() => {}); // Its failure after the kill says nothing new.
    kill(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the program, whatever it is doing. */
export function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Closes stdin, which a program that has already ended closed from its side. */
export async function closeQuietly(stdin: { close(): Promise<void> }): Promise<void> {
  try {
    await stdin.close();
  } catch {
    // A broken pipe: there is nobody left to tell that the input ends.
  }
}

async function text(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}

/** SystemRoot on Windows, which cannot load its socket library without it; nothing elsewhere. */
function systemEnvironment(): Record<string, string> {
  const root = Deno.build.os === "windows" ? Deno.env.get("SystemRoot") : undefined;
  return root === undefined ? {} : { SystemRoot: root };
}

/** @throws {SmokeFailure} when it does not hold, with what was there instead */
export function hold(what: string, held: boolean, got: unknown): void {
  if (!held) throw new SmokeFailure(`expected: ${what}; got ${JSON.stringify(got)}`);
}
