/**
 * Plays a transcript with the program that ships: an empty home in a temp directory, no terminal, no
 * variable but those that the transcript names, and a local platform where it asks for one.
 *
 * @module
 */
import { dirname, join, toFileUrl } from "@std/path";
import { childEnvironment } from "../../scripts/child_environment.ts";
import { denoCommand } from "../../scripts/deno_command.ts";
import { permissionsOf } from "../../src/lib/files/file_mode.ts";
import { type LocalPlatform, startLocalPlatform } from "../../src/local/start.ts";
import { createTeam } from "../../src/local/team.ts";
import { BUNDLE, IS_EXECUTABLE, programCommand } from "../e2e/program.ts";
import { TestDir } from "../support/test_dir.ts";
import {
  type Arrangement,
  type Item,
  type Outcome,
  type ShownFile,
  splitCommand,
  withWildcards,
} from "./transcript.ts";

const PATIENCE_MS = 60_000;
const ORG_ID = "11111111-2222-3333-4444-555555555555";

/** @returns the same items with what really came of each command */
export async function playTranscript(items: readonly Item[]): Promise<Item[]> {
  await using stage = await Stage.make();
  const played: Item[] = [];
  for (const item of items) {
    if (item.kind === "arrangement") await stage.arrange(item);
    played.push(
      item.kind === "step"
        ? { ...item, expected: await stage.run(item.command, item.expected) }
        : item,
    );
  }
  return played;
}

/** Where a transcript plays. */
class Stage implements AsyncDisposable {
  /** By placeholder, without braces. */
  readonly #values = new Map<string, string>();
  readonly #env = new Map<string, string>();
  readonly #home: TestDir;
  #stdin = "";
  #platform: LocalPlatform | undefined;

  private constructor(home: TestDir) {
    this.#home = home;
    this.#values.set("home", Deno.realPathSync(home.path));
    this.#values.set("deno", denoCommand());
    this.#values.set("program", IS_EXECUTABLE ? programCommand()[0] : BUNDLE);
    this.#values.set("program-url", toFileUrl(this.#value("program")).href);
    this.#values.set("nowhere", `http://127.0.0.1:${closedPort()}`);
    this.#values.set("org", ORG_ID);
  }

  static async make(): Promise<Stage> {
    const stage = new Stage(await TestDir.make());
    await Deno.mkdir(stage.#cwd);
    return stage;
  }

  /** What a line before a command asks for: the list is in tests/README.md, "Transcripts". */
  async arrange({ line, words, block }: Arrangement): Promise<void> {
    const [verb, first = "", second] = words;
    switch (verb) {
      case "platform":
        return await this.#startPlatform(words.slice(1));
      case "close-platform":
        return await this.#platform?.close();
      case "remove-workspace":
        return this.#platform?.removeWorkspace(this.#value(first));
      case "revoke-tokens":
        return this.#platform?.revokeTokens(this.#value(first));
      case "fault":
        return this.#useFault(words.slice(1).map((word) => this.#expand(word)), block);
      case "clear-faults":
        return this.#platform?.faults.clear();
      case "database-away":
        return void this.#platform?.faults.database();
      case "env": {
        const [name = "", ...value] = this.#expand(line.slice("env ".length)).split("=");
        this.#env.set(name, value.join("="));
        return;
      }
      case "unset":
        this.#env.delete(first);
        return;
      case "stdin":
        this.#stdin = this.#expand(block ?? "");
        return;
      case "write": {
        const path = this.#path(first);
        await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await Deno.writeTextFile(path, this.#expand(block ?? ""));
        if (Deno.build.os !== "windows") await Deno.chmod(path, parseInt(second ?? "600", 8));
        return;
      }
      case "mkdir":
        return await Deno.mkdir(this.#path(first), { recursive: true });
      case "link":
        return await Deno.symlink(this.#expand(second ?? ""), this.#path(first));
      case "remove":
        return await Deno.remove(this.#path(first), { recursive: true });
      default:
        throw new SyntaxError(`Cannot arrange ${JSON.stringify(line)}: see tests/README.md`);
    }
  }

  /** Runs a command; the input is used up by it. */
  async run(line: string, expected: Outcome): Promise<Outcome> {
    const [name, ...args] = splitCommand(line).map((word) => this.#expand(word));
    if (name !== "molecule-mcp") throw new SyntaxError(`Not a command of ours: ${line}`);
    const [command, ...before] = programCommand();
    const child = new Deno.Command(command, {
      args: [...before, ...args],
      cwd: this.#cwd,
      clearEnv: true,
      env: { ...this.#baseEnvironment(), ...Object.fromEntries(this.#env) },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const overdue = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const written = this.#feed(child.stdin);
    const { code, stdout, stderr } = await child.output();
    await written;
    clearTimeout(overdue);
    const decoder = new TextDecoder();
    const files = await Promise.all(expected.files.map((file) => this.#look(file)));
    return withWildcards({
      code,
      stdout: this.#normalised(decoder.decode(stdout)),
      stderr: this.#normalised(decoder.decode(stderr)),
      files,
    }, expected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#platform?.close();
    await this.#home[Symbol.asyncDispose]();
  }

  /** A project's folder, as an agent has one. */
  get #cwd(): string {
    return this.#home.at("work");
  }

  /** A program that does not read its input is none of our business. */
  async #feed(stdin: WritableStream<Uint8Array>): Promise<void> {
    const bytes = new TextEncoder().encode(this.#stdin);
    this.#stdin = "";
    const writer = stdin.getWriter();
    await writer.write(bytes).catch(() => {});
    await writer.close().catch(() => {});
  }

  /** What Deno itself needs, and a home. */
  #baseEnvironment(): Record<string, string> {
    const { HOME, USERPROFILE, LOCALAPPDATA, ...others } = childEnvironment();
    const cache = others.DENO_DIR ?? denoDir(HOME, LOCALAPPDATA);
    const home = this.#value("home");
    return {
      ...others,
      ...(cache !== undefined && { DENO_DIR: cache }),
      ...(USERPROFILE !== undefined && { USERPROFILE: home }),
      HOME: home,
    };
  }

  async #startPlatform(options: readonly string[]): Promise<void> {
    await this.#platform?.close();
    const platform = await startLocalPlatform(options.includes("org") ? { orgId: ORG_ID } : {});
    this.#platform = platform;
    this.#values.set("platform", platform.url);
    for (const { name, id, token } of await createTeam(platform)) {
      this.#values.set(name.toLowerCase(), id);
      this.#values.set(`${name.toLowerCase()}.token`, token);
    }
  }

  /** `fault GET /path 302 https://elsewhere`, `fault GET /path hang`; a body may follow. */
  #useFault([method, path, what = "", location = ""]: readonly string[], body = ""): void {
    this.#platform?.faults.use((request) => {
      if (request.method !== method || request.path !== path) return undefined;
      if (what === "hang" || what === "drop") return what;
      const headers: HeadersInit = location === "" ? {} : { location };
      return new Response(this.#expand(body), { status: Number(what), headers });
    });
  }

  async #look({ path }: ShownFile): Promise<ShownFile> {
    const real = this.#path(path);
    try {
      const info = await Deno.lstat(real);
      if (info.isSymlink) return { path, mode: "link", content: "" };
      if (info.isDirectory) return { path, mode: modeText(info), content: "" };
      const content = this.#normalised(await Deno.readTextFile(real));
      return { path, mode: modeText(info), content };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return { path };
    }
  }

  #value(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined) throw new SyntaxError(`There is no {${name}} in this transcript`);
    return value;
  }

  /** Braces around anything else are JSON. */
  #expand(text: string): string {
    return text.replaceAll(/\{([a-z.-]+)\}/g, (_, name) => this.#value(name));
  }

  #path(text: string): string {
    return join(this.#expand(text.replace(/^~(?=\/|$)/, "{home}")));
  }

  /** With placeholders for what differs from run to run and from system to system. */
  #normalised(text: string): string {
    let result = text.replaceAll("\r\n", "\n")
      .replaceAll(/(?<=molecule-mcp[ @/])\d+\.\d+\.\d+( \([0-9a-f]{12}[^)]*\))?/g, "{version}");
    const longestFirst = [...this.#values].sort(([, a], [, b]) => b.length - a.length);
    for (const [name, value] of longestFirst) {
      result = result.replaceAll(JSON.stringify(value).slice(1, -1), `{${name}}`)
        .replaceAll(value, `{${name}}`)
        // The paths of scripts/npm_only have other slashes on Windows.
        .replaceAll(value.replaceAll("\\", "/"), `{${name}}`);
    }
    return result
      .replaceAll(/\{home\}[\\/][^\s"'`]*/g, (path) => path.replaceAll(/\\+/g, "/"))
      .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "{time}");
  }
}

/** `0600`, or `*` where files have no modes. */
function modeText(info: Deno.FileInfo): string {
  return permissionsOf(info)?.toString(8).padStart(4, "0") ?? "*";
}

/** Nobody listens there any more. */
function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Where Deno keeps its cache: with another home it would look elsewhere. */
function denoDir(home: string | undefined, localAppData: string | undefined): string | undefined {
  if (Deno.build.os === "windows") return localAppData && join(localAppData, "deno");
  if (home === undefined) return undefined;
  const below = Deno.build.os === "darwin" ? ["Library", "Caches", "deno"] : [".cache", "deno"];
  return join(home, ...below);
}
