const MAX_NAME_LENGTH = 100;
/** A longer "extension" does not count as one. */
const MAX_EXTENSION_LENGTH = 16;

/**
 * A file name that is safe in any directory: base name, letters, digits and `._-`, at most 100
 * characters, a short extension kept (tests/README.md, "Uploaded files").
 */
export function safeFileName(name: string): string {
  // Not `basename` of @std/path, which knows this system's separator only: a sender may have another.
  const base = name.split(/[\\/]/).at(-1) ?? "";
  const plain = base.replace(/[^A-Za-z0-9._-]/gu, "_");
  if (/^\.*$/.test(plain)) return "file";
  if (plain.length <= MAX_NAME_LENGTH) return plain;
  const extension = /\.[^.]+$/.exec(plain)?.[0] ?? "";
  return extension.length > MAX_EXTENSION_LENGTH
    ? plain.slice(0, MAX_NAME_LENGTH)
    : plain.slice(0, MAX_NAME_LENGTH - extension.length) + extension;
}
