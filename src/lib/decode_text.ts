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
function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const even = bytes.length % 2 === 0;
  if ((first === 0xff && second === 0xfe) || (even && first && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (even && first === 0 && second)) return "utf-16be";
  return "utf-8";
}
