/**
 * zizmor looks at workflows as an attacker would. It is in no npm package, so pip installs it, where
 * Python is: one version, by its hashes, into the user's cache directory. Only the first run needs the
 * network, or Python. (No @std here: it is loaded with the lock file of the tools.)
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REQUIREMENTS = new URL("zizmor_requirements.txt", import.meta.url);
const INSTALL_TIMEOUT_MS = 120_000;
/** A network without an answer is common, and no error, on a developer's machine; on GitHub's it passes. */
const PIP_NETWORK_OPTIONS = Deno.env.get("GITHUB_ACTIONS") === "true"
  ? ["--timeout=15", "--retries=5"]
  : ["--timeout=5", "--retries=1"];

/** Where the executable is, or why there is none. */
export type Zizmor = { readonly path: string } | { readonly missing: string };

/** What it said of the workflows. */
export interface Audit {
  readonly passed: boolean;
  readonly report: string;
}

/**
 * Installs it, unless it is there.
 *
 * @param cache the directory for what can be fetched again; undefined when the system names none
 * @param pythons the commands to try, in this order
 */
export async function getZizmor(
  cache: string | undefined = cacheDir(),
  pythons: readonly string[] = pythonCommands(),
): Promise<Zizmor> {
  if (cache === undefined) return { missing: "there is no home directory to keep it in" };
  const version = /^zizmor==(\S+)/m.exec(await Deno.readTextFile(REQUIREMENTS))?.[1];
  const tools = join(cache, "molecule-mcp-tools");
  // The system is in the name because machines of several kinds can share a home directory.
  const place = join(tools, `zizmor-${version}-${Deno.build.target}`);
  const path = executableIn(place);
  if (await isFile(path)) return { path };

  const python = await findPython(pythons);
  if (python === undefined) return { missing: "there is no Python with pip" };
  let work: string | undefined;
  try {
    await Deno.mkdir(tools, { recursive: true });
    // Beside its place, so that the last step is a rename: it is there whole or not at all.
    work = await Deno.makeTempDir({ dir: tools, prefix: "installing-" });
    const failure = await install(python, work);
    if (failure !== undefined) return { missing: `pip could not install it (${failure})` };
    await Deno.rename(work, place).catch(async (error) => {
      // Another run was faster.
      if (!await isFile(path)) throw error;
    });
    if (!await isFile(path)) {
      return { missing: `pip did not put it where it was expected, ${path}` };
    }
    return { path };
  } catch (error) {
    return { missing: Error.isError(error) ? error.message : String(error) };
  } finally {
    if (work !== undefined) await Deno.remove(work, { recursive: true }).catch(() => {});
  }
}

/**
 * Every rule at its strictest, without the network. There is no file of exceptions.
 *
 * @param folder a .github folder: workflows, actions, dependabot.yml
 */
export async function audit(path: string, folder: URL): Promise<Audit> {
  // A variable would be one more place that decides what is checked, and an empty token an error.
  const env = Object.entries(Deno.env.toObject())
    .filter(([name]) => !/^(ZIZMOR_.*|GH_.*|GITHUB_TOKEN)$/i.test(name));
  const { success, stdout, stderr } = await new Deno.Command(path, {
    args: [
      "--offline",
      "--persona=auditor",
      "--strict-collection",
      "--no-config",
      "--no-progress",
      "--quiet",
      "--color=never",
      fileURLToPath(folder),
    ],
    clearEnv: true,
    env: Object.fromEntries(env),
  }).output();
  return { passed: success, report: text(stdout) + text(stderr) };
}

/** Where each system keeps what can be fetched again. */
function cacheDir(): string | undefined {
  const { env, build } = Deno;
  if (build.os === "windows") return env.get("LOCALAPPDATA") || undefined;
  const home = env.get("HOME") || undefined;
  if (build.os === "darwin") return home && join(home, "Library", "Caches");
  return env.get("XDG_CACHE_HOME") || (home && join(home, ".cache"));
}

function pythonCommands(): string[] {
  // On Windows `python3` is often only a pointer to the store.
  return Deno.build.os === "windows" ? ["python", "py"] : ["python3", "python"];
}

function executableIn(place: string): string {
  return join(place, "bin", Deno.build.os === "windows" ? "zizmor.exe" : "zizmor");
}

async function findPython(commands: readonly string[]): Promise<string | undefined> {
  for (const command of commands) {
    try {
      const { success } = await new Deno.Command(command, {
        args: ["-m", "pip", "--version"],
        stdin: "null",
      }).output();
      if (success) return command;
    } catch {
      // Not there; the next one.
    }
  }
  return undefined;
}

/** @returns why it failed, in one line */
async function install(python: string, target: string): Promise<string | undefined> {
  const { success, stderr } = await new Deno.Command(python, {
    args: [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--no-input",
      "--disable-pip-version-check",
      "--no-cache-dir",
      ...PIP_NETWORK_OPTIONS,
      "--only-binary=:all:",
      "--no-deps",
      "--require-hashes",
      `--target=${target}`,
      `--requirement=${fileURLToPath(REQUIREMENTS)}`,
    ],
    stdin: "null",
    signal: AbortSignal.timeout(INSTALL_TIMEOUT_MS),
  }).output();
  if (success) return undefined;
  const said = text(stderr);
  // pip closes with "No matching distribution" then, which is not what is wrong.
  if (/Retrying|ConnectionError|Timeout/.test(said)) return "no answer from the package index";
  const lines = said.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line.startsWith("ERROR:")) ?? "it ended without saying why";
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false; // Not there, or not to be read: then it is not to be run either.
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
