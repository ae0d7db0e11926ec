import { Random } from "../soak/random.ts";

/** As many of them as asked for, in their order; the same ones for the same seed. */
export function sample<T>(all: readonly T[], count: number, seed: number): T[] {
  const random = new Random(seed);
  return all.map((item, at) => ({ item, at, draw: random.next() }))
    .sort((a, b) => a.draw - b.draw).slice(0, count)
    .sort((a, b) => a.at - b.at).map(({ item }) => item);
}
