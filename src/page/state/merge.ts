/** What is ordered by a number that grows. */
interface Numbered {
  readonly seq: number;
}

/** Both lists in order of their numbers, each number once; what is new replaces what was there. */
export function merged<Item extends Numbered>(
  there: readonly Item[],
  added: readonly Item[],
): readonly Item[] {
  const first = added[0];
  if (first === undefined) return there;
  const last = there.at(-1);
  // Nearly always: something new at the end.
  if (last === undefined || last.seq < first.seq && isOrdered(added)) return [...there, ...added];
  const bySeq = new Map([...there, ...added].map((item) => [item.seq, item]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function isOrdered(items: readonly Numbered[]): boolean {
  return items.every(({ seq }, index) => (items[index - 1]?.seq ?? -Infinity) < seq);
}
