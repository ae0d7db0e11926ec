/** A configuration file that cannot be read or written. Never quotes it. */
export class ConfigFileError extends Error {
  override readonly name = "ConfigFileError";
}

/** Somebody else wrote the file after it was read. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";
}

/** Whether the error says that nothing is there. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
