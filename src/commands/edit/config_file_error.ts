/** A configuration file that cannot be read or written. Never quotes it. */
export class ConfigFileError extends Error {
  override readonly name = "ConfigFileError";

  constructor(message: string) {
    super(message.replace(STATE_DIRECTORY_ADVICE, ""));
  }
}

/** What reasons advise that are written for the state directory: a client's file lies where it lies. */
const STATE_DIRECTORY_ADVICE =
  /(?:, or|\.) (?:set|choose) [^.(]*\bCONFIGS_DIR\b[^.(]*?(?=\s*(?:[.(]|$))/i;

/** Somebody else wrote the file after it was read. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";
}

/** Whether the error says that nothing is there. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
