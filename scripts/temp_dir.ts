import { join, toFileUrl } from "@std/path";

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
    await Deno.remove(this.path, { recursive: true });
  }
}
