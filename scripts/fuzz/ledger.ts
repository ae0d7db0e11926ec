import { isObject, type JsonObject } from "../../src/lib/json.ts";
import type { Due } from "./due.ts";

/** Notifications that may come; each belongs to a request. */
const PROGRESS = "notifications/progress";
const ACKNOWLEDGED = "notifications/subscriptions/acknowledged";
/** Tokens and late answers are remembered for this many dues. */
const REMEMBERED = 2_000;

/**
 * Compares what comes on stdout with what is due. An answer may fit several dues, so that which one
 * it meets is not for good: it moves on when another answer fits that one alone.
 */
export class Ledger {
  /** Those that are not met; what was cancelled may still come. */
  #dues: Due[] = [];
  /** Those that are met since the last `expect`, and by what. */
  #met = new Map<Due, JsonObject>();
  #tokens: unknown[] = [];

  /** What is to come from now on. */
  expect(dues: readonly Due[], tokens: readonly unknown[]): void {
    // What is wrong with a line is reported at once; only what was cancelled may be answered late.
    const late = this.#dues.filter(({ id }) => id !== undefined).slice(-REMEMBERED);
    this.#met = new Map();
    this.#dues = [...late, ...dues.toSorted((a, b) => a.width - b.width)];
    this.#tokens = [...this.#tokens, ...tokens].slice(-REMEMBERED);
  }

  /** What has to come and did not. */
  missing(): string[] {
    const single = this.#dues.filter(({ required, group }) => required && group === undefined);
    return [...single.map(({ what }) => what), ...this.#groups().filter(isOwed).map(nameOf)];
  }

  /** Nothing is missing. */
  get settled(): boolean {
    return !this.#dues.some(({ required }) => required);
  }

  /**
   * Takes a line of stdout.
   *
   * @returns what is wrong with it, or undefined
   */
  receive(line: string): string | undefined {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      return "a line that is not JSON";
    }
    if (Array.isArray(json)) return this.#batch(json);
    if (!isObject(json)) return "a line that is no JSON-RPC message";
    if (Object.hasOwn(json, "method")) return this.#notification(json);
    if (!isAnswer(json)) return "a line that is no JSON-RPC response";
    // What must come goes before what may come, even if others have to move for it.
    const isDue = this.#place(json, new Set(), (due) => due.required) ||
      this.#place(json, new Set(), () => true);
    return isDue ? undefined : "an answer that is not due";
  }

  /** Finds a due for the answer, if need be by finding another for the answer that met it. */
  #place(answer: JsonObject, tried: Set<Due>, counts: (due: Due) => boolean): boolean {
    const free = this.#dues.find((due) =>
      due.group === undefined && counts(due) && due.accepts(answer)
    );
    if (free) {
      this.#dues = this.#dues.filter((due) => due !== free);
      this.#met.set(free, answer);
      return true;
    }
    for (const [due, other] of this.#met) {
      if (tried.has(due) || !due.accepts(answer)) continue;
      tried.add(due);
      if (!this.#place(other, tried, counts)) continue;
      this.#met.set(due, answer);
      return true;
    }
    return false;
  }

  #notification({ jsonrpc, method, id, params }: JsonObject): string | undefined {
    if (jsonrpc !== "2.0" || id !== undefined) return "a request to the client";
    if (method === ACKNOWLEDGED) return undefined;
    if (method !== PROGRESS) return "a notification that nobody asked for";
    const token = isObject(params) ? params.progressToken : undefined;
    return this.#tokens.includes(token) ? undefined : "progress that nobody asked for";
  }

  #batch(answers: readonly unknown[]): string | undefined {
    if (answers.length === 0) return "an empty batch";
    for (const group of this.#groups()) {
      const alone = new Ledger();
      alone.expect(group.map(({ group: _, ...due }) => due), []);
      const all = answers.every((answer) => alone.receive(JSON.stringify(answer)) === undefined);
      if (!all || !alone.settled) continue;
      this.#dues = this.#dues.filter((due) => !group.includes(due));
      return undefined;
    }
    return "a batch of answers that is not due as it is";
  }

  #groups(): Due[][] {
    const numbers = new Set(this.#dues.map(({ group }) => group));
    numbers.delete(undefined);
    return [...numbers].map((number) => this.#dues.filter(({ group }) => group === number));
  }
}

function isAnswer(json: JsonObject): boolean {
  const has = (name: string) => Object.hasOwn(json, name);
  return json.jsonrpc === "2.0" && has("id") && has("result") !== has("error") &&
    Object.keys(json).length === 3;
}

function isOwed(group: readonly Due[]): boolean {
  return group.some(({ required }) => required);
}

function nameOf(group: readonly Due[]): string {
  return `a batch of ${group.map(({ what }) => what).join(", ")}`;
}
