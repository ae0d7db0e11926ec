import { join } from "@std/path";
import { ENVIRONMENT, readTrimmed, type ReadVariable } from "../../config/environment.ts";
import { versionText } from "../../version.ts";
import { type Finding, findingsOf } from "./finding.ts";

const { ok, warn, fail } = findingsOf("program");
const NAME = "molecule-mcp";
/** The oldest that this is tried with. */
const OLDEST_DENO = [2, 6, 8];
const MAX_SCRIPT_BYTES = 4096;

/** How this program was started. */
export type Form = "executable" | "npx" | "npm" | "deno run";

/** What is known of this program without asking the system for anything but files. */
export interface ProgramLook {
  readonly form: Form;
  /** The executable or the script. */
  readonly path: string;
  readonly deno: string;
  readonly system: string;
  /** Permissions beyond those that it needs. */
  readonly extra: readonly string[];
  /** Settings that Deno was not allowed to see. */
  readonly denied: readonly string[];
  /** Settings that are not valid text. */
  readonly garbled: readonly string[];
  /** Each program of this name on PATH, in order. */
  readonly onPath: readonly FoundProgram[];
}

/** A program of this name on PATH. */
export interface FoundProgram {
  readonly path: string;
  readonly kind: "this" | "python" | "other";
}

/** Looks at this program. */
export async function lookAtProgram(
  read: ReadVariable,
  main: string = mainPath(),
): Promise<ProgramLook> {
  const form = formOf(read, main);
  const path = form === "executable" ? Deno.execPath() : main;
  return {
    form,
    path,
    deno: Deno.version.deno,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    extra: extraPermissions(),
    ...unreadable(),
    onPath: await programsOnPath(read, path),
  };
}

/** The module that was started; the second file of a release lies beside it. */
function mainPath(): string {
  const url = URL.parse(Deno.mainModule);
  if (url?.protocol !== "file:") return Deno.mainModule;
  const path = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows" ? path.replace(/^\//, "").replaceAll("/", "\\") : path;
}

function formOf(read: ReadVariable, main: string): Form {
  if (Deno.build.standalone) return "executable";
  if (/[\\/]_npx[\\/]/.test(main)) return "npx";
  if (/[\\/]node_modules[\\/]/.test(main)) return "npm";
  return readTrimmed(read, "npm_lifecycle_event") === "npx" ? "npx" : "deno run";
}

function extraPermissions(): string[] {
  const names = ["run", "sys", "ffi"] as const;
  const extra = names.filter((name) => Deno.permissions.querySync({ name }).state === "granted");
  const all = Deno.permissions.querySync({ name: "env" }).state === "granted";
  return [...extra, ...(all ? ["env (every variable)"] : [])];
}

function unreadable(): { denied: string[]; garbled: string[] } {
  const denied: string[] = [];
  const garbled: string[] = [];
  for (const { name } of ENVIRONMENT) {
    try {
      Deno.env.get(name);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) denied.push(name);
      else if (error instanceof Deno.errors.InvalidData) garbled.push(name);
      else throw error;
    }
  }
  return { denied, garbled };
}

async function programsOnPath(read: ReadVariable, own: string): Promise<FoundProgram[]> {
  const isWindows = Deno.build.os === "windows";
  const directories = (read("PATH") ?? "").split(isWindows ? ";" : ":").filter((dir) => dir !== "");
  const extensions = isWindows
    ? (readTrimmed(read, "PATHEXT") ?? ".EXE;.CMD;.BAT;.PS1").toLowerCase().split(";")
    : [""];
  const found: FoundProgram[] = [];
  const names = [own, await realPath(own)];
  for (const directory of new Set(directories)) {
    for (const extension of extensions) {
      const path = join(directory, NAME + extension);
      const kind = await kindOf(path, names);
      if (kind) found.push({ path, kind });
    }
  }
  return found;
}

/** @param own the paths of this program, as it was started and without links */
async function kindOf(
  path: string,
  own: readonly string[],
): Promise<FoundProgram["kind"] | undefined> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    if (!isFile || (mode !== null && (mode & 0o111) === 0 && Deno.build.os !== "windows")) {
      return undefined;
    }
    if (own.includes(await realPath(path)) || await isSameFile(path, own[0] ?? "")) return "this";
    const start = await beginning(path);
    // A wrapper of npm or of `deno install` starts the file that it names.
    if (own.some((name) => comparable(start).includes(comparable(name)))) return "this";
    const isPython = /^#!.*python/.test(start) || /python[\w.]*(?:\.exe)?["\s]/i.test(start);
    return isPython ? "python" : "other";
  } catch {
    return undefined; // Not there, or not to be seen: then it is not started either.
  }
}

/** Windows takes both slashes, and letters of either case. */
function comparable(text: string): string {
  return Deno.build.os === "windows" ? text.replaceAll("\\", "/").toLowerCase() : text;
}

/** Whether both hold the same bytes: an executable that was copied. */
async function isSameFile(path: string, own: string): Promise<boolean> {
  try {
    const [mine, theirs] = await Promise.all([Deno.stat(own), Deno.stat(path)]);
    if (mine.size !== theirs.size || !mine.isFile) return false;
    const [a, b] = await Promise.all([hashOf(own), hashOf(path)]);
    return a === b;
  } catch {
    return false; // What cannot be read is another one.
  }
}

async function hashOf(path: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  const file = await Deno.open(path, { read: true });
  const hash = createHash("sha256");
  // Not read whole: it has a hundred megabytes.
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}

async function beginning(path: string): Promise<string> {
  const file = await Deno.open(path, { read: true });
  try {
    const bytes = new Uint8Array(MAX_SCRIPT_BYTES);
    const count = await file.read(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, count));
  } finally {
    file.close();
  }
}

async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return path;
  }
}

/** What this program is, and whether it is the one that its name starts. */
export function checkProgram(look: ProgramLook): Finding[] {
  const { form, path, deno, system, extra, denied, garbled } = look;
  const findings: Finding[] = [
    ok("version", `${NAME} ${versionText()} (${form}: ${path}), Deno ${deno}, ${system}`),
  ];
  if (isOlder(deno)) {
    const text = `Deno ${deno} is older than ${OLDEST_DENO.join(".")}, the oldest that works`;
    findings.push(fail("deno_old", text, "deno upgrade"));
  }
  if (denied.length > 0) {
    const names = denied.slice(0, 3).join(", ") + (denied.length > 3 ? ", ..." : "");
    findings.push(fail(
      "denied",
      `Deno was started without permission to read ${denied.length} of the settings (${names})`,
      `Start it with --allow-env=${denied.join(",")}`,
    ));
  }
  for (const name of garbled) {
    findings.push(fail("garbled", `the value of ${name} is not valid UTF-8`, `unset ${name}`));
  }
  findings.push(
    extra.length === 0
      ? ok("permissions", "it may read, write and use the network, and start no other program")
      : warn("permissions", `Deno allows it more than it needs: ${extra.join(", ")}`),
  );
  return [...findings, ...onPath(look)];
}

function onPath({ form, path, onPath }: ProgramLook): Finding[] {
  const [first] = onPath;
  if (first?.kind === "this") return [ok("on_path", `${first.path} is first on PATH`)];
  if (first?.kind === "python") {
    return [warn(
      "python_first",
      `${first.path}, the Python program of the same name, is first on PATH: a client that is told to ` +
        `start "${NAME}" starts that one`,
      `pip uninstall ${NAME}`,
    )];
  }
  if (first) {
    return [warn(
      "other_first",
      `another ${NAME}, ${first.path}, is first on PATH`,
      form === "executable" ? `Remove it, or start this one by its path: ${path}` : undefined,
    )];
  }
  if (form !== "executable") return [];
  const directory = path.replace(/[\\/][^\\/]*$/, "");
  return [warn(
    "not_on_path",
    `${directory} is not on PATH: start this program by its path`,
    Deno.build.os === "windows"
      ? `setx PATH "%PATH%;${directory}"`
      : `export PATH="${directory}:$PATH"`,
  )];
}

function isOlder(version: string): boolean {
  const parts = version.split(/[.+-]/).map(Number);
  for (const [index, oldest] of OLDEST_DENO.entries()) {
    const part = parts[index] ?? 0;
    if (part !== oldest) return part < oldest;
  }
  return false;
}
