/**
 * The beginning of a text, never ending with half a character: half a surrogate pair is not text,
 * and what receives it refuses it or shows a replacement character.
 *
 * @param maxLength in UTF-16 code units, as `length` counts
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
