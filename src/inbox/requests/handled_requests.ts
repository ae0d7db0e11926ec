import { field } from "../../lib/json.ts";
import { StateFile, type StateShape, textsIn } from "./state_file.ts";

/** Far more than the platform lists at once; the oldest go first. */
const MAX_REMEMBERED = 5_000;

/** A request, or a message that was written to it. */
export interface RequestItem {
  readonly requestId: string;
  readonly messageId?: string;
}

const SHAPE: StateShape<ReadonlySet<string>> = {
  empty: new Set(),
  parse: (json) => {
    const handled = textsIn(field(json, "handled"));
    return handled && new Set(handled);
  },
  format: (keys) => ({ handled: [...keys] }),
  loss: "Open requests may be told again",
};

/**
 * Which requests, and which messages of requests, the agent has handled, on disk: the platform
 * itself keeps no record of what was told to whom.
 */
export class HandledRequests {
  readonly #file: StateFile<ReadonlySet<string>>;

  private constructor(file: StateFile<ReadonlySet<string>>) {
    this.#file = file;
  }

  /**
   * Reads the file. What cannot be read is reported and ignored: open requests may then be told
   * again, but none is lost.
   */
  static async load(path: string, report: (line: string) => void): Promise<HandledRequests> {
    return new HandledRequests(await StateFile.load(path, SHAPE, report));
  }

  /** The requests of which one knows something. */
  get requestIds(): ReadonlySet<string> {
    return new Set([...this.#file.value].map(requestIdOf));
  }

  has(item: RequestItem): boolean {
    return this.#file.value.has(keyOf(item));
  }

  /**
   * Records that one is handled; on disk when the promise resolves.
   *
   * @throws the file system's errors; it is then not recorded
   */
  add(item: RequestItem): Promise<void> {
    return this.#file.change((keys) => new Set([...keys, keyOf(item)].slice(-MAX_REMEMBERED)));
  }

  /**
   * Forgets what is about other requests: one that is closed never comes again. Not worth a write of
   * its own, since the next one leaves them out.
   */
  keep(requestIds: ReadonlySet<string>): void {
    const kept = [...this.#file.value].filter((key) => requestIds.has(requestIdOf(key)));
    this.#file.value = new Set(kept);
  }
}

function requestIdOf(key: string): string {
  return key.split("/")[0] ?? "";
}

function keyOf({ requestId, messageId }: RequestItem): string {
  return messageId === undefined ? requestId : `${requestId}/${messageId}`;
}
