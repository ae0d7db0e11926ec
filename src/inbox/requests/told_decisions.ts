import { field } from "../../lib/json.ts";
import { StateFile, type StateShape, textsIn } from "./state_file.ts";

/** The oldest are forgotten first; those that the platform lists are the newest (`listed`). */
const MAX_REMEMBERED = 500;

interface Content {
  /**
   * The requests that were decided before the first look: nobody's news, unless a row tells of them.
   * Ids, not a time: that of a platform whose clock is wrong would hide all later ones.
   */
  readonly before: ReadonlySet<string> | undefined;
  /** The requests whose end was popped, and those that the agent itself cancelled. */
  readonly told: ReadonlySet<string>;
}

const SHAPE: StateShape<Content> = {
  empty: { before: undefined, told: new Set() },
  parse: (json) => {
    const before = field(json, "before");
    const [first, told] = [textsIn(before), textsIn(field(json, "told"))];
    if (!told || (!first && before !== null)) return undefined;
    return { before: first && new Set(first), told: new Set(told) };
  },
  format: ({ before, told }) => ({ before: before ? [...before] : null, told: [...told] }),
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

  /** Whether the first look was made, in this process or an earlier one. */
  get begun(): boolean {
    return this.#file.value.before !== undefined;
  }

  /** Whether it was decided before the first look. */
  isOld(requestId: string): boolean {
    return this.#file.value.before?.has(requestId) ?? false;
  }

  has(requestId: string): boolean {
    return this.#file.value.told.has(requestId);
  }

  /** The first look: what is decided so far is no news. On disk when the promise resolves. */
  begin(decided: Iterable<string>): Promise<void> {
    return this.#file.change(({ told }) => ({ before: new Set(decided), told }));
  }

  /**
   * The platform lists these: what is known of them is kept longest. Not worth a write of its own,
   * since the next one has it.
   */
  listed(requestIds: ReadonlySet<string>): void {
    const { before, told } = this.#file.value;
    const newest = told.intersection(requestIds);
    this.#file.value = { before, told: told.difference(newest).union(newest) };
  }

  /** Resolves when all that was recorded is on disk, or could not be. */
  idle(): Promise<void> {
    return this.#file.idle();
  }

  /**
   * Records that the decision of a request is handled; on disk when the promise resolves.
   *
   * @throws the file system's errors; it is then not recorded
   */
  add(requestId: string): Promise<void> {
    return this.#file.change(({ before, told }) => ({
      before,
      told: new Set([...told, requestId].slice(-MAX_REMEMBERED)),
    }));
  }
}
