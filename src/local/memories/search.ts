/**
 * Text search, close to what PostgreSQL's English search does: all words of the query must occur,
 * compared by their stems, small words left out.
 *
 * @module
 */

const SMALL_WORDS = new Set(
  "a an and are as at be by for from has in is it of on or that the this to was were will with"
    .split(" "),
);

/**
 * The items that match, best first; the order of equals is kept.
 *
 * @param query Empty: everything. One character: items that contain it. Else words
 */
export function rank<T>(items: T[], query: string, textOf: (item: T) => string): T[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return items;
  if (wanted.length === 1) {
    return items.filter((item) => textOf(item).toLowerCase().includes(wanted));
  }
  const words = [...new Set(stems(wanted))];
  if (words.length === 0) return [];
  return items
    .map((item) => {
      const found = stems(textOf(item));
      const counts = words.map((word) => found.filter((stem) => stem === word).length);
      return { item, score: counts.includes(0) ? 0 : counts.reduce((sum, count) => sum + count) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

function stems(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !SMALL_WORDS.has(word)).map(stem);
}

/** A rough stem: the common English endings off, as long as three letters remain. */
function stem(word: string): string {
  const bare = word.replace(/ies$/, "y").replace(/(?:ing|ed|es|s)$/, "").replace(/e$/, "");
  return bare.length >= 3 ? bare : word;
}
