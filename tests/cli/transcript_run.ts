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
import { named } from "./named.ts";
import { BUNDLE, IS_EXECUTABLE, programCommand } from "../e2e/program.ts";
import type { TestDir } from "../support/test_dir.ts";
import {
  type Arrangement,
  type Item,
  type Outcome,
  type ShownFile,
  splitCommand,
  withWildcards,
} from "./transcript.ts";
import { makeHome, runOnScreen, type Typing, typingOf } from "./transcript_terminal.ts";
import { closedPort, expand, normalised, valueOf } from "./transcript_placeholders.ts";

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
  /** Until the next command. */
  #typing: Typing | undefined;
  #platform: LocalPlatform | undefined;

  private constructor(home: TestDir) {
    this.#home = home;
    this.#values.set("home", Deno.realPathSync(home.path));
    this.#values.set("deno", denoCommand());
    this.#values.set("program", IS_EXECUTABLE ? programCommand()[0] : BUNDLE);
    this.#values.set("program-url", toFileUrl(valueOf(this.#values, "program")).href);
    this.#values.set("nowhere", `http://127.0.0.1:${closedPort()}`);
    this.#values.set("org", ORG_ID);
  }

  static async make(): Promise<Stage> {
    const stage = new Stage(await makeHome());
    await Deno.mkdir(stage.#cwd);
    return stage;
  }

  /** What a line before a command asks for: the list is in tests/README.md, "Transcripts". */
  async arrange({ line, words, block }: Arrangement): Promise<void> {
    const [verb, first = "", second] = words;
    switch (verb) {
      case "requires":
        return; // transcripts_test.ts skips it elsewhere.
      case "platform":
        return await this.#startPlatform(words.slice(1));
      case "close-platform":
        return await this.#platform?.close();
      case "remove-workspace":
        return this.#platform?.removeWorkspace(valueOf(this.#values, first));
      case "revoke-tokens":
        return this.#platform?.revokeTokens(valueOf(this.#values, first));
      case "fault":
        return this.#useFault(words.slice(1).map((word) => expand(this.#values, word)), block);
      case "clear-faults":
        return this.#platform?.faults.clear();
      case "database-away":
        return void this.#platform?.faults.database();
      case "env": {
        const [name = "", ...value] = expand(this.#values, line.slice("env ".length)).split("=");
        this.#env.set(name, value.join("="));
        return;
      }
      case "unset":
        this.#env.delete(first);
        return;
      case "stdin":
        this.#stdin = expand(this.#values, block ?? "");
        return;
      case "terminal":
        this.#typing = typingOf(first, expand(this.#values, block ?? ""));
        return;
      case "write": {
        const path = this.#path(first);
        await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await Deno.writeTextFile(path, expand(this.#values, block ?? ""));
        if (Deno.build.os !== "windows") await Deno.chmod(path, parseInt(second ?? "600", 8));
        return;
      }
      case "mkdir":
        return await Deno.mkdir(this.#path(first), { recursive: true });
      case "link":
        return await Deno.symlink(expand(this.#values, second ?? ""), this.#path(first));
      case "remove":
        return await Deno.remove(this.#path(first), { recursive: true });
      default:
        throw new SyntaxError(`Cannot arrange ${JSON.stringify(line)}: see tests/README.md`);
    }
  }

  /** Runs a command; the input is used up by it. */
  async run(line: string, expected: Outcome): Promise<Outcome> {
    const [name, ...args] = splitCommand(line).map((word) => expand(this.#values, word));
    if (name !== "molecule-mcp") throw new SyntaxError(`Not a command of ours: ${line}`);
    if (this.#typing) return await this.#runOnScreen(args, this.#typing, expected);
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
      stdout: normalised(this.#values, named(decoder.decode(stdout))),
      stderr: normalised(this.#values, named(decoder.decode(stderr))),
      files,
    }, expected);
  }

  /** On a terminal there is one screen: it stands where stdout does. */
  async #runOnScreen(args: string[], typing: Typing, expected: Outcome): Promise<Outcome> {
    this.#typing = undefined;
    const { screen, code } = await runOnScreen(args, typing, {
      home: valueOf(this.#values, "home"),
      env: Object.fromEntries(this.#env),
    });
    const files = await Promise.all(expected.files.map((file) => this.#look(file)));
    const stdout = normalised(this.#values, screen);
    return withWildcards({ code, stdout, stderr: "", files }, expected);
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
    const home = valueOf(this.#values, "home");
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
      return new Response(expand(this.#values, body), { status: Number(what), headers });
    });
  }

  async #look({ path }: ShownFile): Promise<ShownFile> {
    const real = this.#path(path);
    try {
      const info = await Deno.lstat(real);
      if (info.isSymlink) return { path, mode: "link", content: "" };
      if (info.isDirectory) return { path, mode: modeText(info), content: "" };
      const content = normalised(this.#values, await Deno.readTextFile(real));
      return { path, mode: modeText(info), content };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return { path };
    }
  }

  #path(text: string): string {
    return join(expand(this.#values, text.replace(/^~(?=\/|$)/, "{home}")));
  }
}

/** `0600`, or `*` where files have no modes. */
function modeText(info: Deno.FileInfo): string {
  return permissionsOf(info)?.toString(8).padStart(4, "0") ?? "*";
}

/** Where Deno keeps its cache: with another home it would look elsewhere. */
function denoDir(home: string | undefined, localAppData: string | undefined): string | undefined {
  if (Deno.build.os === "windows") return localAppData && join(localAppData, "deno");
  if (home === undefined) return undefined;
  const below = Deno.build.os === "darwin" ? ["Library", "Caches", "deno"] : [".cache", "deno"];
  return join(home, ...below);
}
