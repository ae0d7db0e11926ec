import { LOCAL_PROFILE } from "../../config/profile.ts";
import { basename } from "@std/path";
import type { Launch } from "./client.ts";

/** A way in which this program is started, as far as an entry says so by itself. */
export type OwnForm =
  | { readonly form: "executable"; readonly program: string; readonly rest: readonly string[] }
  | {
    readonly form: "npx";
    /** Of npm's package; undefined: the newest. */
    readonly version: string | undefined;
    readonly rest: readonly string[];
  }
  | {
    readonly form: "deno";
    readonly flags: readonly string[];
    /** A path or an address. */
    readonly program: string;
    readonly rest: readonly string[];
  };

const PACKAGE = /^molecule-mcp(?:@([\w.^~+-]+))?$/;

/** How an entry starts this program; undefined when it is none of the ways that `install` writes. */
export function ownForm({ command, args }: Launch): OwnForm | undefined {
  if (/^deno(\.exe)?$/i.test(fileName(command))) return denoForm(args);
  const npx = npxArguments(command, args);
  if (npx) return npxForm(npx);
  return isOwnName(command) ? { form: "executable", program: command, rest: args } : undefined;
}

function denoForm([verb, ...args]: readonly string[]): OwnForm | undefined {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const program = args[at];
  if (verb !== "run" || program === undefined || !isOwnProgram(program)) return undefined;
  return { form: "deno", flags: args.slice(0, at), program, rest: args.slice(at + 1) };
}

/** Of npx, which on Windows is started by its command interpreter. */
function npxArguments(command: string, args: readonly string[]): readonly string[] | undefined {
  if (/^npx(\.cmd)?$/i.test(fileName(command))) return args;
  const isByInterpreter = /^cmd(\.exe)?$/i.test(fileName(command)) &&
    /^\/c$/i.test(args[0] ?? "") && /^npx(\.cmd)?$/i.test(args[1] ?? "");
  return isByInterpreter ? args.slice(2) : undefined;
}

function npxForm(args: readonly string[]): OwnForm | undefined {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const found = PACKAGE.exec(args[at] ?? "");
  return found ? { form: "npx", version: found[1], rest: args.slice(at + 1) } : undefined;
}

/** What stands behind the program in an entry. */
export interface Rest {
  readonly profile: string | undefined;
  /** Whether there is nothing that `install` would not have written. */
  readonly isPlain: boolean;
}

/** Reads what stands behind the program: the profile, and perhaps the word `serve`. */
export function readRest(rest: readonly string[]): Rest {
  const left = rest[0] === "serve" ? rest.slice(1) : [...rest];
  if (left[0] === "--local" && left.length === 1) return { profile: LOCAL_PROFILE, isPlain: true };
  const at = left.findIndex((arg) => /^--profile(=|$)/.test(arg));
  if (at === -1) return { profile: undefined, isPlain: left.length === 0 };
  const [, joined] = /^--profile=(.*)$/.exec(left[at] ?? "") ?? [];
  const [, next] = left.splice(at, joined === undefined ? 2 : 1);
  return { profile: joined ?? next, isPlain: left.length === 0 };
}

/** Whether an entry starts any molecule-mcp, judged by what it says alone. */
export function startsMolecule(launch: Launch | undefined): boolean {
  if (!launch) return false;
  const { command, args } = launch;
  return isOwnName(command) || args.some(isOwnProgram) || isPythonModule(launch);
}

/** Whether a program is called as this one is. */
export function isOwnName(command: string): boolean {
  return /^molecule-mcp([-_.][\w.-]*)?$/i.test(fileName(command));
}

/** The npm package, or the file that Deno runs. */
export function isOwnProgram(arg: string): boolean {
  return PACKAGE.test(arg) || /^molecule-mcp\.js$/.test(fileName(arg));
}

/** Whether it is the Python client, started as a module or by one of Python's own tools. */
export function isPythonModule({ command, args }: Launch): boolean {
  const at = args.indexOf("-m");
  const isMolecule = at !== -1 && /^molecule/.test(args[at + 1] ?? "");
  return (isMolecule && /^(python|pypy|py)[\d.]*(\.exe)?$/i.test(fileName(command))) ||
    (/^(uvx|pipx)(\.exe)?$/i.test(fileName(command)) && args.some((arg) => /^molecule/.test(arg)));
}

/** Of a path of either system: a file may have been written on another one. */
function fileName(path: string): string {
  return basename(path.replaceAll("\\", "/"));
}
