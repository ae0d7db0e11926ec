import { BoundedMap } from "../lib/bounded_map.ts";
import { UUID_PATTERN } from "../lib/uuid.ts";

/** How soon the same trouble is reported again; twice as long each time after that. */
const FIRST_REMINDER_MS = 10 * 60_000;
const LONGEST_REMINDER_MS = 24 * 60 * 60_000;
/** Troubles that are remembered; of more, the one that was told longest ago is forgotten. */
const MAX_REMEMBERED = 200;
/** Lines that may come at once, whatever they say. */
const BURST = 60;
/** And one more after each of these. */
const REFILL_MS = 10_000;
const ANY_UUID = new RegExp(UUID_PATTERN, "g");

/** What makes two lines the same trouble, where the lines alone would not show it. */
export interface About {
  /** What is in trouble, such as the fetching of one workspace; it is over as a whole. */
  readonly subject: string;
  /** What is the same each time where the line holds foreign text, such as the status. */
  readonly kind?: string;
}

interface Told {
  readonly subject: string;
  atMs: number;
  everyMs: number;
  /** Since it was last told. */
  repetitions: number;
}

/**
 * Tells a trouble at once, and the same again only as a reminder with a count and an age: after ten
 * minutes, then after twice as long each time. Lines are the same when they differ in nothing but
 * ids, long numbers and the like. Different lines are bounded as well (60 at once, then 6 a minute),
 * since it may be others who cause them and choose their words.
 */
export class RepeatedTroubles {
  readonly #write: (line: string) => void;
  readonly #nowMs: () => number;
  readonly #ownIds: readonly string[];
  readonly #told = new BoundedMap<string, Told>(MAX_REMEMBERED);
  #tokens = BURST;
  #refilledAtMs: number;
  #hidden = 0;

  /** @param options.ownIds the workspaces of this process: theirs are different troubles */
  constructor(
    write: (line: string) => void,
    options: { nowMs?: () => number; ownIds?: readonly string[] } = {},
  ) {
    this.#write = write;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#ownIds = options.ownIds ?? [];
    this.#refilledAtMs = this.#nowMs();
  }

  /** @param about needed only where the line itself does not show what is the same */
  tell(line: string, about?: About): void {
    const nowMs = this.#nowMs();
    const subject = about?.subject ?? "";
    const key = `${subject}\n${about?.kind ?? withoutVarying(line, this.#ownIds)}`;
    const told = this.#told.get(key);
    if (!told) {
      this.#told.set(key, {
        subject,
        atMs: nowMs,
        everyMs: FIRST_REMINDER_MS,
        repetitions: 0,
      });
      this.#tellBounded(line, nowMs);
      return;
    }
    told.repetitions += 1;
    const ageMs = nowMs - told.atMs;
    if (ageMs < told.everyMs) return;
    this.#tellBounded(`${line} (${times(told.repetitions)} in the last ${age(ageMs)})`, nowMs);
    told.atMs = nowMs;
    told.everyMs = Math.min(2 * told.everyMs, LONGEST_REMINDER_MS);
    told.repetitions = 0;
    this.#told.set(key, told);
  }

  /** The trouble is over: if it comes back, it is reported immediately. */
  over(subject: string): void {
    for (const [key, told] of this.#told) {
      if (told.subject === subject) this.#told.delete(key);
    }
  }

  #tellBounded(line: string, nowMs: number): void {
    const refills = Math.floor((nowMs - this.#refilledAtMs) / REFILL_MS);
    this.#refilledAtMs += refills * REFILL_MS;
    this.#tokens = Math.min(BURST, this.#tokens + refills);
    if (this.#tokens === 0) {
      this.#hidden += 1;
      return;
    }
    this.#tokens -= 1;
    if (this.#hidden > 0) {
      this.#write(
        `${times(this.#hidden, "more line")} of other problems not shown: too many at once`,
      );
      this.#hidden = 0;
    }
    this.#write(line);
  }
}

/** The line without what differs from one time to the next: ids, long numbers, durations, addresses. */
function withoutVarying(line: string, ownIds: readonly string[]): string {
  return ownIds.reduce((text, id, index) => text.replaceAll(id, `<own ${index}>`), line)
    .replace(ANY_UUID, "<id>")
    .replace(/\b(?=\w*\d)\w{8,}/g, "<id>")
    .replace(/\d+(?:\.\d+)?(?= ?(?:ms|s|min|h|B|bytes|KB|KiB|MB|MiB)\b)/g, "<n>")
    .replace(/\d{4,}/g, "<n>");
}

function times(count: number, what = "time"): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function age(durationMs: number): string {
  const minutes = Math.round(durationMs / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
