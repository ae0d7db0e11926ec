import { fromFileUrl, isAbsolute } from "@std/path";
import { cleanLine } from "../../safety/untrusted/clean_text.ts";
import { VERSION } from "../../version.ts";
import { isAbsent } from "../edit/config_file_error.ts";
import type { Launch, Machine } from "./client.ts";
import { firstOnPath } from "../../lib/files/on_path.ts";
import { lackingPermissions } from "./lacking_permissions.ts";
import {
  isOwnName,
  isPythonModule,
  type OwnForm,
  ownForm,
  readRest,
  startsMolecule,
} from "./recognise.ts";
import { SamePrograms } from "./same_program.ts";

/**
 * What an entry starts: this program as it runs now; another file with the same content; another
 * version of it, or one of which that cannot be told; something at a path where nothing is; the Python
 * client; anything else.
 */
export type PointsTo = "this" | "copy" | "another" | "dead" | "python" | "foreign";

/** What each means, after "points to". */
export const MEANING: Readonly<Record<PointsTo, string>> = {
  this: "this program",
  copy: "a copy of this program",
  another: "another copy or version of this program",
  dead: "a path where nothing is",
  python: "the Python client",
  foreign: "another program",
};

/** What an entry starts, and how that is told. The texts are clean and hold no secret. */
export interface Target {
  readonly pointsTo: PointsTo;
  /** How it differs from this program, or what is not there: no word of the entry but a version. */
  readonly detail?: string;
  /** What is wrong with an entry that does start this program. */
  readonly trouble?: string;
}

/** What an entry starts, in words. */
export function targetText({ pointsTo, detail, trouble }: Target): string {
  const how = detail === undefined ? "" : ` (${detail})`;
  return `${MEANING[pointsTo]}${how}${trouble === undefined ? "" : `, but ${trouble}`}`;
}

/** How `pointsTo` looks. */
export interface LookOptions {
  /** Whether an entry for another profile is this program, too. Default: no. */
  readonly anyProfile?: boolean;
  /** Remembers what was compared, for several entries. */
  readonly programs?: SamePrograms;
}

const HEAD_BYTES = 256;
const MAX_SHOWN = 160;

/**
 * Looks at what an entry would start, and starts nothing.
 *
 * @param own how a client starts this program
 */
export async function pointsTo(
  launch: Launch | undefined,
  own: Launch | undefined,
  machine: Machine,
  options: LookOptions = {},
): Promise<Target> {
  if (!launch) return { pointsTo: "foreign" };
  const { command, args } = launch;
  const isSame = command === own?.command && args.length === own.args.length &&
    args.every((arg, index) => arg === own.args[index]);
  if (isSame && await isThere(launch)) return { pointsTo: "this" };
  if (isPythonModule(launch)) return { pointsTo: "python" };
  if (isAbsolute(command) && await isMissing(command)) return { pointsTo: "dead" };
  const ownParts = own && formOf(own);
  // Another tool may start it, of which nothing is known here.
  if (!ownForm(launch) && startsMolecule(launch)) return { pointsTo: "another" };
  const parts = ownForm(launch) ?? renamed(launch);
  const target = await ofForm(parts, ownParts, machine, options.programs ?? new SamePrograms());
  if (target.pointsTo !== "this" && target.pointsTo !== "copy") return target;
  return withRest(target, parts.rest, ownParts?.rest ?? [], options.anyProfile ?? false);
}

/** What stands in an entry may be one of this program's names, and no longer be there. */
async function isThere({ command, args }: Launch): Promise<boolean> {
  if (isAbsolute(command) && await isMissing(command)) return false;
  const form = ownForm({ command, args });
  return form?.form !== "deno" || !await isMissing(pathOf(form.program) ?? command);
}

/** Any executable may have been given another name. */
function renamed({ command, args }: Launch): OwnForm {
  return { form: "executable", program: command, rest: args };
}

function formOf(own: Launch): OwnForm {
  return ownForm(own) ?? renamed(own);
}

async function ofForm(
  entry: OwnForm,
  own: OwnForm | undefined,
  machine: Machine,
  programs: SamePrograms,
): Promise<Target> {
  switch (entry.form) {
    case "executable":
      return await ofExecutable(entry.program, own, machine, programs);
    case "npx":
      return ofVersion(entry.version, own?.form === "npx", "npm's package");
    case "deno":
      return await ofDeno(entry, own, programs);
  }
}

async function ofExecutable(
  program: string,
  own: OwnForm | undefined,
  machine: Machine,
  programs: SamePrograms,
): Promise<Target> {
  const isNamed = isOwnName(program);
  const path = isAbsolute(program) || /[\\/]/.test(program)
    ? program
    : isNamed
    ? firstOnPath(program, machine)
    : undefined;
  if (path === undefined) {
    return isNamed
      ? { pointsTo: "another", detail: "no such program is on PATH here" }
      : { pointsTo: "foreign" };
  }
  // A relative path means something else in every folder.
  if (own?.form === "executable" && isAbsolute(path)) {
    const sameness = await programs.compare(path, own.program);
    if (sameness !== "other") return { pointsTo: sameness === "same" ? "this" : "copy" };
  }
  if (await isPythonScript(path)) return { pointsTo: "python" };
  return { pointsTo: isNamed ? "another" : "foreign" };
}

async function ofDeno(
  { flags, program }: OwnForm & { readonly form: "deno" },
  own: OwnForm | undefined,
  programs: SamePrograms,
): Promise<Target> {
  const path = pathOf(program);
  if (path !== undefined && await isMissing(path)) {
    return { pointsTo: "dead", detail: "the file that Deno is to run" };
  }
  const lacking = lackingPermissions(flags);
  const trouble = lacking === undefined ? {} : { trouble: `it lacks ${lacking}` };
  if (own?.form === "deno" && own.program === program) return { pointsTo: "this", ...trouble };
  if (path === undefined) {
    if (!/^https?:/i.test(program)) return { pointsTo: "another" };
    const [, version] = /\/v?(\d+\.\d+\.\d+[\w.+-]*)\//.exec(program) ?? [];
    return { ...ofVersion(version, false, "a release's file"), ...trouble };
  }
  const ownPath = own?.form === "deno" ? pathOf(own.program) : undefined;
  const sameness = ownPath === undefined ? "other" : await programs.compare(path, ownPath);
  if (sameness === "other") return { pointsTo: "another" };
  return { pointsTo: sameness === "same" ? "this" : "copy", ...trouble };
}

/** Of what cannot be compared byte for byte: the version tells. */
function ofVersion(version: string | undefined, isOwnForm: boolean, what: string): Target {
  if (version === VERSION) {
    return isOwnForm ? { pointsTo: "this" } : { pointsTo: "copy", detail: what };
  }
  const known = version === undefined || !/^\d/.test(version)
    ? "of whichever version is newest then"
    : `of version ${cleanLine(version, MAX_SHOWN)}`;
  return { pointsTo: "another", detail: `${what} ${known}; this is ${VERSION}` };
}

function withRest(
  target: Target,
  rest: readonly string[],
  ownRest: readonly string[],
  anyProfile: boolean,
): Target {
  const { profile, isPlain } = readRest(rest);
  if (!isPlain) return { ...target, trouble: target.trouble ?? "it is given other arguments" };
  if (anyProfile || profile === readRest(ownRest).profile) return target;
  return { pointsTo: "another", detail: "with another profile" };
}

/** The path of a program that is a full one; undefined for an address and for a relative path. */
function pathOf(program: string): string | undefined {
  if (isAbsolute(program)) return program;
  try {
    return program.startsWith("file:") ? fromFileUrl(program) : undefined;
  } catch {
    return undefined; // A file on another computer, or a path of another system.
  }
}

/** What pip makes: a script that begins with the path of its Python, on Windows inside an .exe. */
async function isPythonScript(path: string): Promise<boolean> {
  if (/[\\/]Scripts[\\/][^\\/]+\.exe$/i.test(path)) return true;
  if (!isAbsolute(path)) return false;
  try {
    // A named pipe would wait for a writer.
    if (!(await Deno.stat(path)).isFile) return false;
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
