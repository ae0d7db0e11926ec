import { decodeJson, field } from "../../lib/json.ts";
import { readPrivateFile, writePrivateFile } from "../../lib/files/private_file.ts";
import { Mutex } from "../../lib/mutex.ts";
import { errorText } from "../../lib/error_text.ts";

const VERSION = 1;
/** Far more than the platform lists at once; the oldest go first. */
const MAX_REMEMBERED = 5_000;

/** A request, or a message that was written to it. */
export interface RequestItem {
  readonly requestId: string;
  readonly messageId?: string;
}

/**
 * Which requests, and which messages of requests, the agent has handled, on disk: the platform
 * itself keeps no record of what was told to whom.
 */
export class HandledRequests {
  readonly #path: string;
  readonly #writes = new Mutex();
  #ids: ReadonlySet<string>;

  private constructor(path: string, ids: ReadonlySet<string>) {
    this.#path = path;
    this.#ids = ids;
  }

  /**
   * Reads the file. What cannot be read is reported and ignored: open requests may then be told
   * again, but none is lost.
   */
  static async load(path: string, report: (line: string) => void): Promise<HandledRequests> {
    try {
      const text = (await readPrivateFile(path))?.content;
      const ids = text === undefined ? [] : idsIn(text);
      if (ids === undefined) {
        report(`Ignoring ${path}: it is damaged. Open requests may be told again`);
      }
      return new HandledRequests(path, new Set(ids));
    } catch (error) {
      report(
        `Cannot read ${path}: ${
          errorText(error)
        }. Open requests may be told again; remove the file ` +
          "if this persists",
      );
      return new HandledRequests(path, new Set());
    }
  }

  has(item: RequestItem): boolean {
    return this.#ids.has(keyOf(item));
  }

  /**
   * Records that one is handled; on disk when the promise resolves.
   *
   * @throws the file system's errors; it is then not recorded
   */
  add(item: RequestItem): Promise<void> {
    return this.#writes.run(async () => {
      const ids = [...this.#ids, keyOf(item)].slice(-MAX_REMEMBERED);
      const text = JSON.stringify({ version: VERSION, handled: ids });
      await writePrivateFile(this.#path, text, { secret: false });
      this.#ids = new Set(ids);
    });
  }

  /**
   * Forgets what is about other requests: one that is closed never comes again. Not worth a write of
   * its own, since the next one leaves them out.
   */
  keep(requestIds: ReadonlySet<string>): void {
    this.#ids = new Set([...this.#ids].filter((id) => requestIds.has(id.split("/")[0] ?? "")));
  }
}

function keyOf({ requestId, messageId }: RequestItem): string {
  return messageId === undefined ? requestId : `${requestId}/${messageId}`;
}

/** @returns undefined when it is not such a file */
function idsIn(text: string): readonly string[] | undefined {
  const json = decodeJson(text);
  const handled = field(json, "handled");
  if (field(json, "version") !== VERSION || !Array.isArray(handled)) return undefined;
  return handled.every((id) => typeof id === "string") ? handled : undefined;
}
