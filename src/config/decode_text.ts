/**
 * The text of a file that a person wrote with whatever was at hand: UTF-8, or UTF-16 as Windows
 * PowerShell writes it. A byte order mark stays, for `trim` to take away.
 *
 * @returns `undefined` when it is neither
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // The decoder's own message adds nothing.
  }
}

/** A token has no NUL: every other byte of an ASCII text in UTF-16 is one, mark or no mark. */
function encodingOf([first, second]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}
