import { fromFileUrl, join } from "@std/path";
import { TokenStore, type TokenStoreOptions } from "../../src/auth/token_store.ts";
import { RepeatedTroubles } from "../../src/safety/repeated_troubles.ts";

/** A directory of its own for one test, removed with everything in it at the end. */
export class TestDir implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(): Promise<TestDir> {
    return new TestDir(await Deno.makeTempDir({ prefix: "molecule-auth-" }));
  }

  /** The path of an entry, which need not exist. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file with this mode whatever the umask, and returns its path. */
  async write(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
    const path = this.at(name);
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    await Deno.chmod(path, mode);
    return path;
  }

  /** The names of all entries, sorted. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(this.path)) names.push(name);
    return names.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** The permission bits of what is at the path, e.g. `0o600`. */
export async function modeOf(path: string): Promise<number> {
  const { mode } = await Deno.lstat(path);
  return (mode ?? 0) & 0o7777;
}

/** Gives a file a time stamp that no write of today has, so that a later write shows. */
export async function age(path: string, hours = 24): Promise<Date> {
  const then = new Date(Math.floor(Date.now() / 1000 - hours * 3600) * 1000);
  await Deno.utime(path, then, then);
  return then;
}

/** A test of something that only a system with permission bits and named pipes has. */
export function posixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}

/** A store, and the lines that it reports. */
export function storeOf(
  options: Partial<TokenStoreOptions> = {},
): { store: TokenStore; lines: string[] } {
  const lines: string[] = [];
  const troubles = new RepeatedTroubles((line) => lines.push(line));
  const store = new TokenStore({
    inlineName: "MOLECULE_WORKSPACE_TOKEN",
    report: (line) => troubles.tell(line),
    ...options,
  });
  return { store, lines };
}

/** What `private_file_child.ts` is asked to do. */
export interface ChildTask {
  readonly action: "read" | "write" | "token";
  readonly path: string;
  readonly content?: string;
  /** The umask to work under. */
  readonly umask?: number;
  /** Whether to give up root, for which no file is unreadable. */
  readonly unprivileged?: boolean;
}

/** What it answers. */
export interface ChildAnswer {
  readonly value?: unknown;
  readonly lines: readonly string[];
  readonly error?: { readonly name: string; readonly message: string; readonly cause?: string };
}

/** Does the task in a process of its own, since umask and user belong to a whole process. */
export async function inChild(
  task: ChildTask,
  permissions: readonly string[] = ["-A"],
): Promise<ChildAnswer> {
  const args = [
    ...childArgs("../lib/files/private_file_child.ts", permissions),
    JSON.stringify(task),
  ];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (code !== 0) throw new Error(`The child failed: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The arguments that make `deno` run a script of this folder, on any network. */
export function childArgs(script: string, permissions: readonly string[] = ["-A"]): string[] {
  const local = (path: string) => fromFileUrl(new URL(path, import.meta.url));
  const importMap = local("../../scripts/npm_only/import_map.json");
  return [
    "run",
    "--no-lock",
    "--no-prompt",
    `--import-map=${importMap}`,
    ...permissions,
    local(script),
  ];
}
