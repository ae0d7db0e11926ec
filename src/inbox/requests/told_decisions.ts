import { decodeJson, field } from "../../lib/json.ts";
import { readPrivateFile, writePrivateFile } from "../../lib/files/private_file.ts";
import { Mutex } from "../../lib/mutex.ts";
import { errorText } from "../../lib/error_text.ts";

const VERSION = 1;
/** The oldest are forgotten first: the platform lists fewer, and hands out its rows soon. */
const MAX_REMEMBERED = 500;

interface Content {
  /** RFC 3339, as the platform wrote it: decisions of before are nobody's news. */
  readonly since: string | undefined;
  /** The requests whose decision was popped. */
  readonly told: ReadonlySet<string>;
}

/**
 * Which decisions the agent has handled, on disk, by their requests: one may come as a row, or be
 * found in the list when no row came.
 */
export class ToldDecisions {
  readonly #path: string;
  readonly #writes = new Mutex();
  #content: Content;

  private constructor(path: string, content: Content) {
    this.#path = path;
    this.#content = content;
  }

  /** Reads the file. One that cannot be used is reported, and begins anew with the next look. */
  static async load(path: string, report: (line: string) => void): Promise<ToldDecisions> {
    let content: Content | undefined = { since: undefined, told: new Set() };
    try {
      const text = (await readPrivateFile(path))?.content;
      if (text !== undefined) content = contentOf(text);
      if (!content) report(`Ignoring ${path}: it is damaged`);
    } catch (error) {
      report(`Cannot read ${path}: ${errorText(error)}. Remove the file if this persists`);
    }
    return new ToldDecisions(path, content ?? { since: undefined, told: new Set() });
  }

  /** Decisions from after this time are news; `undefined` before the first look. */
  get since(): string | undefined {
    return this.#content.since;
  }

  has(requestId: string): boolean {
    return this.#content.told.has(requestId);
  }

  /** Sets the time from which on decisions are news. On disk when the promise resolves. */
  begin(since: string): Promise<void> {
    return this.#change(({ told }) => ({ since, told }));
  }

  /**
   * Records that the decision of a request is handled; on disk when the promise resolves.
   *
   * @throws the file system's errors; it is then not recorded
   */
  add(requestId: string): Promise<void> {
    return this.#change(({ since, told }) => ({
      since,
      told: new Set([...told, requestId].slice(-MAX_REMEMBERED)),
    }));
  }

  #change(change: (content: Content) => Content): Promise<void> {
    return this.#writes.run(async () => {
      const content = change(this.#content);
      const text = JSON.stringify({
        version: VERSION,
        since: content.since ?? null,
        told: [...content.told],
      });
      await writePrivateFile(this.#path, text, { secret: false });
      this.#content = content;
    });
  }
}

/** @returns undefined when it is not such a file */
function contentOf(text: string): Content | undefined {
  const json = decodeJson(text);
  const since = field(json, "since");
  const told = field(json, "told");
  if (field(json, "version") !== VERSION || !Array.isArray(told)) return undefined;
  if (since !== null && typeof since !== "string") return undefined;
  if (!told.every((id) => typeof id === "string")) return undefined;
  return { since: since ?? undefined, told: new Set(told) };
}
