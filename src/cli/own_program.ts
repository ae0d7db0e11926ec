import { dirname, fromFileUrl, join } from "@std/path";
import { readTrimmed, type ReadVariable } from "../config/environment.ts";
import { firstOnPath, onPath, type SearchPath } from "../lib/files/on_path.ts";
import { shellWord } from "../lib/shell_quote.ts";
import { VERSION } from "../version.ts";

/** What this program is called. */
export const NAME = "molecule-mcp";
/** A wrapper is a few lines; nothing longer is read. */
const MAX_WRAPPER_BYTES = 4096;

/** How this program was started. */
export interface Start {
  /** `npm`: installed with npm; `npx`: out of its cache, which comes and goes; `source`: by a developer. */
  readonly form: "executable" | "npx" | "npm" | "deno" | "source";
  /** The executable or the script, as a path; or the script's URL. */
  readonly main: string;
}

/** What the runtime says of this process; a test says it itself. */
export interface Runtime {
  readonly standalone: boolean;
  readonly execPath: () => string;
  readonly mainModule: string;
}

/** How this very program was started. */
export function ownStart(read: ReadVariable, runtime: Runtime = thisRuntime()): Start {
  const { standalone, execPath, mainModule } = runtime;
  if (standalone) return { form: "executable", main: execPath() };
  const main = mainModule.startsWith("file:") ? fromFileUrl(mainModule) : mainModule;
  // The launcher of the npm package says so (scripts/npm_package/launcher.cjs).
  const isNpm = readTrimmed(read, "MOLECULE_MCP_NPM") !== undefined ||
    /\/node_modules\/molecule-mcp\//.test(mainModule);
  if (isNpm) {
    const isCached = /\/(_npx|dlx|bunx-[^/]*)\//.test(mainModule) ||
      readTrimmed(read, "npm_lifecycle_event") === "npx";
    return { form: isCached ? "npx" : "npm", main };
  }
  return { form: mainModule.endsWith(".ts") ? "source" : "deno", main };
}

/**
 * How a person starts this very program in the shell at hand, to be pasted before its arguments: by its
 * name only where that name starts this one and no other.
 */
export function typedName({ os, read }: SearchPath, runtime: Runtime = thisRuntime()): string {
  const start = ownStart(read, runtime);
  const { form, main } = start;
  if (form === "source") return NAME;
  for (const path of onPath(NAME, { os, read })) {
    // npx and npm put such a directory there for what they start, not for the shell.
    if (/[\\/]node_modules[\\/]\.bin[\\/]/.test(path)) continue;
    if (isStartedBy(path, start, os)) return NAME;
    break;
  }
  if (form === "npx" || form === "npm") return `npx -y ${NAME}@${VERSION}`;
  // PowerShell shows a quoted text instead of starting it.
  const word = (path: string) => shellWord(path, os).replace(/^'/, os === "windows" ? "& '" : "'");
  if (form === "executable") return word(main);
  const deno = firstOnPath("deno", { os, read });
  const isUsual = deno !== undefined && realPath(deno) === realPath(runtime.execPath());
  // All that README's "Permissions" names: no other program, nothing native, nothing of the system.
  const flags = ["run", "-ERWN", "--no-config", ...importFlag(main)];
  return [isUsual ? "deno" : word(runtime.execPath()), ...flags, shellWord(main, os)].join(" ");
}

/** What Deno may load code from, for a program that is a URL. */
export function importHosts(main: string): readonly string[] {
  if (!/^https?:/.test(main)) return [];
  const { host } = new URL(main);
  // GitHub hands a release's files out from another host.
  return host === "github.com" ? [host, "release-assets.githubusercontent.com"] : [host];
}

function importFlag(main: string): readonly string[] {
  const hosts = importHosts(main);
  return hosts.length === 0 ? [] : [`--allow-import=${hosts.join(",")}`];
}

/** Whether a file on PATH is this program, or a wrapper of npm or `deno install` that starts it. */
export function isStartedBy(path: string, { form, main }: Start, os: SearchPath["os"]): boolean {
  const found = realPath(path);
  const own = realPath(main);
  if (found === own) return true;
  if (form === "npx" || form === "npm") {
    const near = join(dirname(path), "node_modules", NAME);
    return [dirname(found), realPath(near)].includes(dirname(own));
  }
  const comparable = (text: string) =>
    os === "windows" ? text.replaceAll("\\", "/").toLowerCase() : text;
  const text = comparable(beginning(path));
  return [main, own].some((name) => text.includes(comparable(name)));
}

function beginning(path: string): string {
  try {
    if (Deno.statSync(path).size > MAX_WRAPPER_BYTES) return "";
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

function thisRuntime(): Runtime {
  const { mainModule, build: { standalone } } = Deno;
  return { standalone, execPath: () => Deno.execPath(), mainModule };
}
