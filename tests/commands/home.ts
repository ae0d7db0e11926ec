import { assertEquals } from "@std/assert";
import { type Ended, runProgram } from "../cli/support.ts";
import { TestDir } from "../support/test_dir.ts";

/** Another server's, in files that this program edits: it is in no output. */
export const SECRET = "sk-secret-of-another-server";

/** A home directory, and what is typed there. */
export class Home {
  constructor(readonly dir: TestDir) {}

  run(...args: string[]): Promise<Ended> {
    return this.runWith({}, ...args);
  }

  /** In a folder below the home directory. */
  runIn(folder: string, ...args: string[]): Promise<Ended> {
    return this.#run({}, args, this.dir.at(folder));
  }

  runWith(env: Record<string, string>, ...args: string[]): Promise<Ended> {
    return this.#run(env, args);
  }

  async #run(env: Record<string, string>, args: string[], cwd?: string): Promise<Ended> {
    const home = { HOME: this.dir.path, USERPROFILE: this.dir.path };
    const nowhere = { APPDATA: this.dir.at("Roaming"), LOCALAPPDATA: this.dir.at("Local") };
    const ended = await runProgram({
      args,
      env: { ...home, ...nowhere, PATH: "", ...env },
      ...(cwd !== undefined && { cwd }),
    });
    assertEquals((ended.stdout + ended.stderr).includes(SECRET), false);
    return ended;
  }

  async write(text: string, ...path: string[]): Promise<string> {
    await Deno.mkdir(this.dir.at(...path.slice(0, -1)), { recursive: true });
    await Deno.writeTextFile(this.dir.at(...path), text);
    return this.dir.at(...path);
  }

  /** Every file below the home directory but Deno's own. */
  async files(directory = this.dir.path): Promise<string[]> {
    const found: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      const path = `${directory}/${name}`;
      if (isDirectory && ![".cache", "Local", "Library"].includes(name)) {
        found.push(...await this.files(path));
      } else if (!isDirectory) found.push(path);
    }
    return found;
  }
}

/** Runs a test in an empty home directory. */
export async function inHome(test: (home: Home) => Promise<void>): Promise<void> {
  await using dir = await TestDir.make();
  await test(new Home(dir));
}
