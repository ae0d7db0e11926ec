import { TempDir } from "../../scripts/temp_dir.ts";
import { NO_MODES, testUnless } from "./test_unless.ts";

/** A directory of its own for one test, removed with everything in it at the end. */
export class TestDir extends TempDir {
  static override async make(): Promise<TestDir> {
    return new TestDir(await Deno.makeTempDir({ prefix: "molecule-test-" }));
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
    return (await Array.fromAsync(Deno.readDir(this.path), ({ name }) => name)).sort();
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

/** A test of something that only a system with permission bits, links and named pipes has. */
export function posixTest(name: string, fn: () => Promise<void> | void): void {
  testUnless(NO_MODES, name, fn);
}
