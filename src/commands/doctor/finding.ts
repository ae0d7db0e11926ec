import type { Mark } from "../support/terminal.ts";

/** What is looked at, in the order in which it is told: each rests on those before it. */
export const AREAS = [
  "program",
  "settings",
  "state",
  "token",
  "network",
  "clock",
  "platform",
  "workspace",
  "delivery",
  "clients",
  "push",
] as const;

/** One of the areas. */
export type Area = typeof AREAS[number];

/** One fact that was found. */
export interface Finding {
  readonly mark: Mark;
  readonly area: Area;
  /** What it is, for scripts: the area and a word, e.g. `token.refused`. */
  readonly cause: string;
  /** One line without its full stop: what was found and, where something is wrong, why. */
  readonly text: string;
  /** What to do: a command that can be pasted, or one sentence. */
  readonly next?: string;
}

/** Makes the findings of one area. */
export interface Findings {
  ok(cause: string, text: string): Finding;
  skip(cause: string, text: string, next?: string): Finding;
  warn(cause: string, text: string, next?: string): Finding;
  fail(cause: string, text: string, next?: string): Finding;
}

/** Makers of findings for an area; a cause is given without the area's name. */
export function findingsOf(area: Area): Findings {
  const make = (mark: Mark) => (cause: string, text: string, next?: string): Finding => ({
    mark,
    area,
    cause: `${area}.${cause}`,
    text,
    ...(next !== undefined && { next }),
  });
  return { ok: make("ok"), skip: make("skip"), warn: make("warn"), fail: make("fail") };
}

/** Whether something is wrong. */
export function isTrouble({ mark }: Finding): boolean {
  return mark === "fail" || mark === "warn";
}
