import { ENVIRONMENT, type ReadVariable } from "../../config/environment.ts";
import { versionText } from "../../version.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { shellQuote } from "../../lib/shell_quote.ts";
import { addToPath, unsetVariables } from "./next_step.ts";
import { NAME, ownStart, type Start } from "../../cli/own_program.ts";
import { type FoundProgram, programsOnPath } from "./programs_on_path.ts";

const { ok, warn, fail } = findingsOf("program");
/** The oldest that this is tried with. */
const OLDEST_DENO = [2, 6, 8];

/** How it was started, in words. */
const FORMS: Readonly<Record<Start["form"], string>> = {
  executable: "executable",
  npx: "npx",
  npm: "npm",
  deno: "deno run",
  source: "deno run",
};

/** What is known of this program without asking the system for anything but files. */
export interface ProgramLook {
  readonly form: Start["form"];
  /** The executable or the script. */
  readonly path: string;
  readonly deno: string;
  readonly system: string;
  /** Permissions beyond those that it needs. */
  readonly extra: readonly string[];
  /** Permissions that hold only for what was named at the start, e.g. one directory. */
  readonly limited: readonly string[];
  /** Settings that Deno was not allowed to see. */
  readonly denied: readonly string[];
  /** Settings that are not valid text. */
  readonly garbled: readonly string[];
  /** Each program of this name on PATH, in order. */
  readonly onPath: readonly FoundProgram[];
}

/** Looks at this program. */
export async function lookAtProgram(
  read: ReadVariable,
  start: Start = ownStart(read),
): Promise<ProgramLook> {
  const { form, main: path } = start;
  return {
    form,
    path,
    deno: Deno.version.deno,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    extra: extraPermissions(),
    limited: limitedPermissions(),
    ...unreadable(),
    onPath: await programsOnPath(read, start),
  };
}

function extraPermissions(): string[] {
  const names = ["run", "sys", "ffi"] as const;
  const extra = names.filter((name) => Deno.permissions.querySync({ name }).state === "granted");
  const all = Deno.permissions.querySync({ name: "env" }).state === "granted";
  // Every variable alone is what people are told to allow: the list is too long to be typed.
  return extra.length === 0 ? [] : [...extra, ...(all ? ["env (every variable)"] : [])];
}

function limitedPermissions(): string[] {
  const names = ["read", "write", "net"] as const;
  return names.filter((name) => Deno.permissions.querySync({ name }).state !== "granted");
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

/** What this program is, and whether it is the one that its name starts. */
export function checkProgram(look: ProgramLook): Finding[] {
  const { form, path, deno, system, extra, limited, denied, garbled } = look;
  const findings: Finding[] = [
    ok("version", `${NAME} ${versionText()} (${FORMS[form]}: ${path}), Deno ${deno}, ${system}`),
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
    findings.push(fail("garbled", `the value of ${name} is not valid UTF-8`, unsetVariables(name)));
  }
  findings.push(
    extra.length === 0
      ? ok("permissions", `${allowed(limited)}, and start no other program`)
      : warn("permissions", `Deno allows it more than it needs: ${extra.join(", ")}`),
  );
  return [...findings, ...onPath(look)];
}

function allowed(limited: readonly string[]): string {
  const all = "it may read, write and use the network";
  return limited.length === 0 ? all : `${all} (only as named at the start: ${limited.join(", ")})`;
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
      form === "executable"
        ? `Remove it, or start this one by its path: ${shellQuote(path)}`
        : undefined,
    )];
  }
  if (form !== "executable") return [];
  const directory = path.replace(/[\\/][^\\/]*$/, "");
  return [warn(
    "not_on_path",
    `${directory} is not on PATH: start this program by its path`,
    addToPath(directory),
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
