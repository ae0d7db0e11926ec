import { field } from "../../lib/json.ts";
import { StateFile, type StateShape, textsIn } from "./state_file.ts";

/** The oldest are forgotten first: the platform lists fewer, and hands out its rows soon. */
const MAX_REMEMBERED = 500;

interface Content {
  /** RFC 3339, as the platform wrote it: decisions of before are nobody's news. */
  readonly since: string | undefined;
  /** The requests whose decision was popped. */
  readonly told: ReadonlySet<string>;
}

const SHAPE: StateShape<Content> = {
  empty: { since: undefined, told: new Set() },
  parse: (json) => {
    const since = field(json, "since");
    const told = textsIn(field(json, "told"));
    if (!told || (since !== null && typeof since !== "string")) return undefined;
    return { since: since ?? undefined, told: new Set(told) };
  },
  format: ({ since, told }) => ({ since: since ?? null, told: [...told] }),
};

/**
 * Which decisions the agent has handled, on disk, by their requests: one may come as a row, or be
 * found in the list when no row came.
 */
export class ToldDecisions {
  readonly #file: StateFile<Content>;

  private constructor(file: StateFile<Content>) {
    this.#file = file;
  }

  /** Reads the file. One that cannot be used is reported, and begins anew with the next look. */
  static async load(path: string, report: (line: string) => void): Promise<ToldDecisions> {
    return new ToldDecisions(await StateFile.load(path, SHAPE, report));
  }

  /** Decisions from after this time are news; `undefined` before the first look. */
  get since(): string | undefined {
    return this.#file.value.since;
  }

  has(requestId: string): boolean {
    return this.#file.value.told.has(requestId);
  }

  /** Sets the time from which on decisions are news. On disk when the promise resolves. */
  begin(since: string): Promise<void> {
    return this.#file.change(({ told }) => ({ since, told }));
  }

  /**
   * Records that the decision of a request is handled; on disk when the promise resolves.
   *
   * @throws the file system's errors; it is then not recorded
   */
  add(requestId: string): Promise<void> {
    return this.#file.change(({ since, told }) => ({
      since,
      told: new Set([...told, requestId].slice(-MAX_REMEMBERED)),
    }));
  }
}
