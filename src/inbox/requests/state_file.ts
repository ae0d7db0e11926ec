import { errorText } from "../../lib/error_text.ts";
import { readPrivateFile, writePrivateFile } from "../../lib/files/private_file.ts";
import { decodeJson, field, type JsonObject } from "../../lib/json.ts";
import { Mutex } from "../../lib/mutex.ts";

const VERSION = 1;

/** What a state file holds. */
export interface StateShape<T> {
  /** Where there is no file, or none that can be used. */
  readonly empty: T;
  /** @returns undefined when that is not what such a file holds */
  readonly parse: (json: unknown) => T | undefined;
  readonly format: (value: T) => JsonObject;
  /** What comes of a file that cannot be used, as a sentence without its full stop. */
  readonly loss?: string;
}

/** A small value that outlives the process: it changes on disk first, and then in memory. */
export class StateFile<T> {
  readonly #path: string;
  readonly #format: StateShape<T>["format"];
  readonly #changes = new Mutex();
  /** Set without `change` only where the next write of something else is soon enough. */
  value: T;

  private constructor(path: string, format: StateShape<T>["format"], value: T) {
    this.#path = path;
    this.#format = format;
    this.value = value;
  }

  /** Reads the file. What cannot be used is reported and ignored. */
  static async load<T>(
    path: string,
    { empty, parse, format, loss }: StateShape<T>,
    report: (line: string) => void,
  ): Promise<StateFile<T>> {
    let value: T | undefined = empty;
    try {
      const text = (await readPrivateFile(path))?.content;
      const json = text === undefined ? undefined : decodeJson(text);
      if (text !== undefined) value = field(json, "version") === VERSION ? parse(json) : undefined;
      if (value === undefined) {
        report(`Ignoring ${path}: it is damaged${loss === undefined ? "" : `. ${loss}`}`);
      }
    } catch (error) {
      const advice = loss === undefined ? "Remove" : `${loss}; remove`;
      report(`Cannot read ${path}: ${errorText(error)}. ${advice} the file if this persists`);
    }
    return new StateFile(path, format, value ?? empty);
  }

  /** Resolves when no change is under way. */
  idle(): Promise<void> {
    return this.#changes.run(() => Promise.resolve());
  }

  /**
   * Changes it; on disk when the promise resolves. One change at a time.
   *
   * @throws the file system's errors; it is then unchanged
   */
  change(change: (value: T) => T): Promise<void> {
    return this.#changes.run(async () => {
      const value = change(this.value);
      const text = JSON.stringify({ version: VERSION, ...this.#format(value) });
      await writePrivateFile(this.#path, text, { secret: false });
      this.value = value;
    });
  }
}

/** The list, if it is one of texts alone. */
export function textsIn(list: unknown): readonly string[] | undefined {
  return Array.isArray(list) && list.every((each) => typeof each === "string") ? list : undefined;
}
