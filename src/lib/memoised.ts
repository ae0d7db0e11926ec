/** More characters than that are in no text of one script; a text of all of them is a peer's game. */
const MAX_REMEMBERED = 70_000;

/**
 * The function with its results remembered: what a character looks like does not change, and a text
 * of a hundred thousand different ones must not cost a second each time.
 */
export function memoised<T>(compute: (character: string) => T): (character: string) => T {
  const known = new Map<string, T>();
  return (character) => {
    const remembered = known.get(character);
    if (remembered !== undefined) return remembered;
    const result = compute(character);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(character, result);
    return result;
  };
}
