/**
 * What the tests of the release share.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { bundle } from "../../scripts/bundle.ts";
import { dependencyFlags } from "../e2e/program.ts";
import type { TestDir } from "../support/test_dir.ts";

/** Bundles the program of this working tree into the folder, as `deno task bundle` does. */
export async function bundleInto(dir: TestDir): Promise<string> {
  const path = dir.at("molecule-mcp.js");
  await bundle(dependencyFlags(), new URL("molecule-mcp.js", dir.url));
  return path;
}

/** The path of a file beside the tests. */
export function testFile(name: string): string {
  return fromFileUrl(new URL(name, import.meta.url));
}

/** The header of an executable that does nothing. */
export function fakeExecutable(
  system: "linux x86_64" | "linux aarch64" | "macos aarch64" | "windows x86_64",
): Uint8Array {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  switch (system) {
    case "linux x86_64":
    case "linux aarch64":
      view.setUint32(0, 0x7f454c46);
      view.setUint16(18, system === "linux x86_64" ? 0x3e : 0xb7, true);
      break;
    case "macos aarch64":
      view.setUint32(0, 0xfeedfacf, true);
      view.setUint32(4, 0x0100000c, true);
      break;
    case "windows x86_64":
      view.setUint16(0, 0x4d5a);
      view.setUint32(60, 128, true);
      view.setUint32(128, 0x50450000);
      view.setUint16(132, 0x8664, true);
      break;
  }
  return bytes;
}

/** A file as `deno compile` writes it: the runtime, then the section with the permissions. */
export function compiledWith(permissions: unknown): Uint8Array {
  const metadata = new TextEncoder().encode(JSON.stringify({ argv: [], permissions }));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(metadata.byteLength), true);
  const text = (value: string) => [...new TextEncoder().encode(value)];
  return Uint8Array.from([
    ...text("\x7fELF d3n0l4nd is a word of the runtime too, d3n0l4nd"),
    ...length,
    ...metadata,
    ...text("and more"),
  ]);
}
