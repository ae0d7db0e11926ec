import { join, toFileUrl } from "@std/path";
import { whileHeld, WRITE_ATTEMPTS } from "../src/lib/files/while_held.ts";

/** Removes a directory with all that is in it, also while a virus scanner of Windows looks at it. */
export async function removeTree(path: string): Promise<void> {
  await whileHeld(() => Deno.remove(path, { recursive: true }), WRITE_ATTEMPTS);
}

/** A directory in the system's temp directory, removed with everything in it when disposed of. */
export class TempDir implements AsyncDisposable {
  protected constructor(readonly path: string) {}

  static async make(): Promise<TempDir> {
    return new TempDir(await Deno.makeTempDir({ prefix: "molecule-" }));
  }

  /** As a URL that ends with a slash. */
  get url(): URL {
    return toFileUrl(`${this.path}/`);
  }

  /** The path of an entry, which need not exist. */
  at(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.path);
  }
}
