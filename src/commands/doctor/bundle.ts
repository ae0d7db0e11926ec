import { dirname } from "@std/path";
import { ENVIRONMENT, readTrimmed, type ReadVariable } from "../../config/environment.ts";
import { COMMAND_ENVIRONMENT } from "../../config/environment.ts";
import { reasonOf } from "../../lib/system_error.ts";

/** Why a report was not written. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** Which variables are set; never to what. */
export function variablesSet(read: ReadVariable): string[] {
  const names = [...ENVIRONMENT.map(({ name }) => name), ...COMMAND_ENVIRONMENT];
  return names.filter((name) => readTrimmed(read, name) !== undefined);
}

/**
 * Writes the report that goes with a problem report. It is for its owner's eyes until sent: mode 0600.
 *
 * @throws {BundleError} when something is at the path, or it cannot be written
 */
export async function writeBundle(path: string, report: unknown): Promise<void> {
  try {
    const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    try {
      const bytes = new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`);
      for (let written = 0; written < bytes.length;) {
        written += await file.write(bytes.subarray(written));
      }
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new BundleError(`${path} is there already and is not overwritten; give another name`);
    }
    if (error instanceof Deno.errors.NotFound) {
      throw new BundleError(`cannot write ${path}: there is no directory ${dirname(path)}`);
    }
    throw new BundleError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}
