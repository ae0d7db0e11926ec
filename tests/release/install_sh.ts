/**
 * Running scripts/install.sh in a test.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { ReleaseServer } from "./release_server.ts";
import { TestDir } from "../support/test_dir.ts";
import { firstReason, NO_SHELL, type SkipReason, testUnless } from "../support/test_unless.ts";

/** The script. */
export const SCRIPT = await Deno.readTextFile(new URL("../../scripts/install.sh", import.meta.url));

/** How it went. */
export interface Installed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What to change about an installation. */
export interface InstallOptions {
  readonly env?: Record<string, string>;
  readonly script?: string;
  /** The command to pipe the script into; `sh` unless said otherwise. */
  readonly shell?: readonly [command: string, ...args: string[]];
  /** Is given the shell's process once it runs. */
  readonly onStart?: (child: Deno.ChildProcess) => void;
}

/** Pipes the script into a shell, as the documentation says, with a home folder of its own. */
export async function install(
  home: TestDir,
  server: ReleaseServer,
  options: InstallOptions = {},
): Promise<Installed> {
  const [command, ...args] = options.shell ?? ["sh"];
  const child = new Deno.Command(command, {
    args,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: home.path,
      MOLECULE_MCP_BASE_URL: server.url,
      ...options.env,
    },
    cwd: home.path,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  options.onStart?.(child);
  const writer = child.stdin.getWriter();
  // A shell that stops early closes its end.
  await writer.write(new TextEncoder().encode(options.script ?? SCRIPT)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** The default place. */
export function programIn(home: TestDir): string {
  return home.at(".local", "bin", "molecule-mcp");
}

/** Nothing was installed, and nothing was left behind. */
export async function assertNothingInstalled(home: TestDir): Promise<void> {
  const dir = home.at(".local", "bin");
  const names = await exists(dir) ? await Array.fromAsync(Deno.readDir(dir), (e) => e.name) : [];
  assertEquals(names, []);
}

/** A test with a home folder and a release server of its own. */
export function installTest(
  name: string,
  body: (home: TestDir, server: ReleaseServer) => Promise<void>,
  skipped?: SkipReason,
): void {
  testUnless(firstReason(NO_SHELL, skipped), `install.sh: ${name}`, async () => {
    await using home = await TestDir.make();
    await using server = new ReleaseServer();
    await body(home, server);
  });
}

/** What it needs besides a shell, something to download with, and something to verify with. */
export const BASICS = [
  "cat",
  "chmod",
  "cut",
  "grep",
  "mkdir",
  "mktemp",
  "mv",
  "rm",
  "sed",
  "sh",
  "uname",
];

/** A PATH on which only these are found: `busybox wget` is BusyBox under the name wget. */
export async function toolsOnly(
  home: TestDir,
  tools: readonly string[],
): Promise<{ PATH: string }> {
  const dir = home.at(`tools-${crypto.randomUUID()}`);
  await Deno.mkdir(dir);
  for (const tool of tools) {
    const [command = "", name = command] = tool.split(" ");
    const path = await pathOf(command);
    assert(path !== undefined, `${command} is not installed`);
    // Not a link: macOS looks at the path that a program was started under.
    const script = `#!/bin/sh\nexec ${path} ${command === name ? "" : name} "$@"\n`;
    await Deno.writeTextFile(`${dir}/${name}`, script, { mode: 0o755 });
  }
  return { PATH: dir };
}

/** Where a command is, if it is anywhere. */
export async function pathOf(command: string): Promise<string | undefined> {
  for (const dir of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${dir}/${command}`;
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}
