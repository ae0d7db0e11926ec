import { fail } from "@std/assert";
import { fromFileUrl } from "@std/path";

const UPDATE = "UPDATE_SNAPSHOTS";

/**
 * Compares a text with the one kept in the file. With UPDATE_SNAPSHOTS=1 in the environment the file
 * is written instead: look at its diff before you commit it.
 *
 * @throws {AssertionError} with the first line that differs, or when there is no file yet
 */
export async function assertSnapshot(actual: string, file: URL): Promise<void> {
  const path = fromFileUrl(file);
  const text = `${actual.trimEnd()}\n`;
  if (Deno.env.get(UPDATE) === "1") {
    await Deno.writeTextFile(path, text);
    return;
  }
  const kept = await keptText(path);
  if (kept === text) return;
  const advice = `When the change is meant, run the test with ${UPDATE}=1 and look at the diff.`;
  if (kept === undefined) fail(`There is no snapshot ${path}. ${advice}`);
  fail(`Snapshot ${path} differs${firstDifference(text, kept)}\n${advice}`);
}

/** As `assertSnapshot`, for data. */
export async function assertJsonSnapshot(actual: unknown, file: URL): Promise<void> {
  await assertSnapshot(JSON.stringify(actual, null, 2), file);
}

async function keptText(path: string): Promise<string | undefined> {
  try {
    // A checkout on Windows may have turned the line ends.
    return (await Deno.readTextFile(path)).replaceAll("\r\n", "\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function firstDifference(actual: string, kept: string): string {
  const now = actual.split("\n");
  const before = kept.split("\n");
  const at = Array.from({ length: Math.max(now.length, before.length) }, (_, index) => index)
    .find((index) => now[index] !== before[index]) ?? 0;
  const shown = (line: string | undefined) => line ?? "(end of text)";
  return ` from line ${at + 1} on:\n  kept: ${shown(before[at])}\n  now:  ${shown(now[at])}`;
}
