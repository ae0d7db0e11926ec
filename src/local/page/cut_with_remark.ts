/**
 * A text of at most so many UTF-16 units; what is cut off is said at its end.
 *
 * @returns The text, or its beginning and a remark
 */
export function cutWithRemark(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  const kept = text.slice(0, maxUnits).toWellFormed();
  return `${kept}… (${text.length - maxUnits} more characters are not shown)`;
}
