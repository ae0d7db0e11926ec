/**
 * Running `deno bundle`.
 *
 * @module
 */
import { projectRoot } from "../release/project.ts";
import { refuseUsing } from "./code.ts";

/** The bundle of one file, once its readable form has shown that the minifier can drop nothing. */
export async function withoutUsing(
  entry: string,
  flags: readonly string[],
  short: readonly string[],
): Promise<string> {
  const readable = await bundled(entry, flags);
  refuseUsing(readable);
  return short.length === 0 ? readable : await bundled(entry, [...flags, ...short]);
}

/** The bundle of one file, as text. */
export async function bundled(entry: string, args: readonly string[]): Promise<string> {
  return new TextDecoder().decode(await denoBundle(entry, args));
}

/** What `deno bundle` writes to its output. @throws when it fails */
export async function denoBundle(entry: string, args: readonly string[]): Promise<Uint8Array> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    // "browser" takes the packages' builds without node: imports.
    args: ["bundle", "--quiet", ...args, "--platform=browser", entry],
    cwd: projectRoot,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("deno bundle failed; its message stands above");
  return stdout;
}
