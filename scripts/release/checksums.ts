/**
 * Writes dist/SHA256SUMS over the files of dist/ that a release carries.
 *
 * Usage: deno run -A scripts/release/checksums.ts
 *
 * @module
 */
import { distFiles, sha256 } from "./files.ts";
import { distDir } from "./project.ts";

const FILE = "SHA256SUMS";

if (import.meta.main) await writeChecksums();

/** One line per file, as `sha256sum -c` reads it. */
export async function writeChecksums(dir: URL = distDir): Promise<void> {
  const names = (await distFiles(dir)).filter((name) => name !== FILE);
  const lines = [];
  for (const name of names) lines.push(`${await sha256(new URL(name, dir))}  ${name}\n`);
  await Deno.writeTextFile(new URL(FILE, dir), lines.join(""));
}
