import { reasonOf } from "../system_error.ts";

/** A private file cannot be read, written or removed as one. Never holds any of the content. */
export class PrivateFileError extends Error {
  override readonly name = "PrivateFileError";
  /** The file that it is about. */
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }

  /** Wraps what the operating system said, with what was being done. */
  static from(action: string, path: string, cause: unknown): PrivateFileError {
    if (cause instanceof PrivateFileError) return cause;
    return new PrivateFileError(`Cannot ${action} ${path}: ${reasonOf(cause)}.`, path, { cause });
  }
}

/** What a path holds, in words. */
export function kindOf(info: Deno.FileInfo): string {
  if (info.isFile) return "a regular file";
  if (info.isSymlink) return "a symbolic link";
  if (info.isDirectory) return "a directory";
  if (info.isFifo) return "a named pipe";
  return "a special file";
}
