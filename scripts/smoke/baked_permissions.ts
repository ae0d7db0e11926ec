/**
 * What a compiled executable may do, read from the executable itself.
 *
 * `deno compile` appends a section that begins with a magic word, the length of a JSON document and
 * that document, with the permissions that the runtime will grant. Reading it shows all that would be
 * granted, even what the program never tries, and needs no special code in the program.
 *
 * @module
 */
import { field, isObject } from "../../src/lib/json.ts";
import { SmokeFailure } from "./program.ts";

const MAGIC = new TextEncoder().encode("d3n0l4nd");
const MAX_METADATA_BYTES = 1024 * 1024;
/** Granted for everything; `null` is granted for nothing. */
const EVERYTHING: readonly string[] = [];

/**
 * Compares what is baked in with what should be.
 *
 * @param envNames the environment variables that the program may read
 * @throws {SmokeFailure} naming every difference
 */
export async function checkBakedPermissions(
  path: string,
  envNames: readonly string[],
): Promise<void> {
  const metadata = findMetadata(await Deno.readFile(path));
  const baked = field(metadata, "permissions");
  if (!isObject(baked)) throw new SmokeFailure("no permissions are baked in: is it compiled?");
  const expected: Record<string, readonly string[] | null> = {
    allow_env: [...envNames].sort(),
    allow_net: EVERYTHING,
    allow_read: EVERYTHING,
    allow_write: EVERYTHING,
    allow_run: null,
    allow_ffi: null,
    allow_sys: null,
  };
  const wrong = Object.entries(expected)
    .map(([name, value]) => ({ name, value, got: sorted(baked[name]) }))
    .filter(({ value, got }) => JSON.stringify(value) !== JSON.stringify(got))
    .map(({ name, value, got }) =>
      `${name}: expected ${JSON.stringify(value)}, got ${JSON.stringify(got)}`
    );
  for (const name of ["allow_all", "allow_scripts"]) {
    if (baked[name] === true) wrong.push(`${name} is set`);
  }
  if (baked.prompt !== false) wrong.push("it would prompt for more (--no-prompt is missing)");
  if (wrong.length > 0) throw new SmokeFailure(`permissions baked in: ${wrong.join("; ")}`);
}

/** The JSON document after the first magic word that one follows. */
function findMetadata(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = indexOf(bytes, 0); at >= 0; at = indexOf(bytes, at + 1)) {
    const start = at + MAGIC.byteLength + 8;
    if (start > bytes.byteLength) break;
    const length = Number(view.getBigUint64(at + MAGIC.byteLength, true));
    if (length > MAX_METADATA_BYTES || start + length > bytes.byteLength) continue;
    if (bytes[start] !== 0x7b) continue;
    return JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + length)));
  }
  return undefined;
}

function indexOf(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x64, from); at >= 0; at = bytes.indexOf(0x64, at + 1)) {
    if (MAGIC.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).sort() : value;
}
