/**
 * What the researcher knows: a small almanac.
 *
 * @module
 */
import { CAPITALS, PLANETS, TOPICS, UNITS } from "./almanac_entries.ts";

/** Said when the almanac has nothing. */
export const UNKNOWN = "My small almanac has nothing about that. Ask me about a planet (“How far " +
  "is Mars?”), the tides, the moon, leap years, the seasons, a unit (“How long is a nautical " +
  "mile?”) or a capital (“What is the capital of Kenya?”).";

const MOST_FACTS = 3;

/** The answer to a question in plain words. */
export function lookUp(question: string): string {
  const words = ` ${question.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
  const names = (name: string) => words.includes(` ${name.toLowerCase()} `);
  const facts = new Set<string>();
  for (const [country, capital] of Object.entries(CAPITALS)) {
    if (names(country)) facts.add(`The capital of ${country} is ${capital}.`);
    else if (names(capital)) facts.add(`${capital} is the capital of ${country}.`);
  }
  for (const [planet, fact] of Object.entries(PLANETS)) if (names(planet)) facts.add(fact);
  for (const { keys, fact } of [...UNITS, ...TOPICS]) if (keys.some(names)) facts.add(fact);
  return facts.size === 0 ? UNKNOWN : [...facts].slice(0, MOST_FACTS).join("\n");
}
