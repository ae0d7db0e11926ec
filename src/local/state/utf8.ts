/**
 * Cutting text to a number of bytes.
 *
 * @module
 */

/** The longest start of the text that fits into the bytes without splitting a character. */
export function cutBytes(text: string, maxBytes: number): string {
  const buffer = new Uint8Array(maxBytes);
  const { read } = new TextEncoder().encodeInto(text, buffer);
  return text.slice(0, read);
}

/** The number of bytes of the text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
