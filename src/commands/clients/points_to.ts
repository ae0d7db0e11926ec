import { basename, isAbsolute } from "@std/path";
import { cleanLine } from "../../safety/untrusted/clean_text.ts";
import { isAbsent } from "../edit/config_file_error.ts";
import type { Launch, Machine } from "./client.ts";
import { findOnPath } from "./find_on_path.ts";

/**
 * What an entry starts: this program as it runs now; another copy or version of it; something at a path
 * where nothing is; the Python client; anything else.
 */
export type PointsTo = "this" | "another" | "dead" | "python" | "foreign";

/** What each means, after "points to". */
export const MEANING: Readonly<Record<PointsTo, string>> = {
  this: "this program",
  another: "another copy or version of this program",
  dead: "a path where nothing is",
  python: "the Python client",
  foreign: "another program",
};

const HEAD_BYTES = 256;
const MAX_SHOWN = 160;

/** @param own how a client starts this program */
export async function pointsTo(
  launch: Launch | undefined,
  own: Launch | undefined,
  machine: Machine,
): Promise<PointsTo> {
  if (!launch) return "foreign";
  const { command, args } = launch;
  const same = command === own?.command && args.length === own.args.length &&
    args.every((arg, index) => arg === own.args[index]);
  if (same) return "this";
  if (isPythonModule(launch)) return "python";
  if (isAbsolute(command) && await isMissing(command)) return "dead";
  if (isOwnName(command)) {
    const path = isAbsolute(command) ? command : await findOnPath(command, machine);
    return path !== undefined && await isPythonScript(path) ? "python" : "another";
  }
  return args.some(isOwnProgram) ? "another" : "foreign";
}

/** Whether an entry starts any molecule-mcp, judged by what it says alone. */
export function startsMolecule(launch: Launch | undefined): boolean {
  if (!launch) return false;
  const { command, args } = launch;
  return isOwnName(command) || args.some(isOwnProgram) || isPythonModule(launch);
}

/**
 * An entry's command line for people to recognise. Arguments that are no words of ours may be secrets:
 * they are left out.
 */
export function launchText(launch: Launch | undefined): string {
  if (!launch) return "(no command)";
  const shown = launch.args.map((arg) => isHarmless(arg) ? arg : "...");
  return cleanLine([programIn(launch.command), ...shown].join(" "), MAX_SHOWN) ?? "(no command)";
}

/**
 * The name or path up to the first white space: some write a whole command line there, with a token in
 * it, and a space in a path cannot be told from that.
 */
function programIn(command: string): string {
  const [start = ""] = command.split(/[\s\p{C}]/u, 1);
  const isShown = /^[\w.+-]+$/.test(start) ||
    (/^(\/|~|[A-Za-z]:[\\/])/.test(start) && isBare(start));
  if (!isShown) return "...";
  return start === command ? start : `${start} ...`;
}

/** Whether a path or an address has no more in it: neither a value, nor a user and a password. */
function isBare(text: string): boolean {
  return !/[\s\p{C}=?#]|:\/\/[^/]*@/u.test(text);
}

function isHarmless(arg: string): boolean {
  return (isOwnProgram(arg) && isBare(arg)) ||
    /^(-[a-z]|\/c|npx|run|--[a-z-]{2,20}|molecule[\w.]{0,40})$/.test(arg);
}

function isOwnName(command: string): boolean {
  return /^molecule-mcp([-_.][\w.-]*)?$/i.test(fileName(command));
}

/** The npm package, or the file that Deno runs. */
function isOwnProgram(arg: string): boolean {
  return /^molecule-mcp(@[\w.^~-]+)?$/.test(arg) || /^molecule-mcp\.js$/.test(fileName(arg));
}

function isPythonModule({ command, args }: Launch): boolean {
  const at = args.indexOf("-m");
  const isMolecule = at !== -1 && /^molecule/.test(args[at + 1] ?? "");
  return (isMolecule && /^(python|pypy|py)[\d.]*(\.exe)?$/i.test(fileName(command))) ||
    (/^(uvx|pipx)(\.exe)?$/i.test(fileName(command)) && args.some((arg) => /^molecule/.test(arg)));
}

/** What pip makes: a script that begins with the path of its Python, on Windows inside an .exe. */
async function isPythonScript(path: string): Promise<boolean> {
  if (/[\\/]Scripts[\\/][^\\/]+\.exe$/i.test(path)) return true;
  try {
    const file = await Deno.open(path);
    try {
      const head = new Uint8Array(HEAD_BYTES);
      const length = await file.read(head) ?? 0;
      return /^#!.*(python|pypy)/.test(new TextDecoder().decode(head.subarray(0, length)));
    } finally {
      file.close();
    }
  } catch {
    return false; // What cannot be read is not judged.
  }
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return false;
  } catch (error) {
    return isAbsent(error);
  }
}

/** Of a path of either system: a file may have been written on another one. */
function fileName(path: string): string {
  return basename(path.replaceAll("\\", "/"));
}
