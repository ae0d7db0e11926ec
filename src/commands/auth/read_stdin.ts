import { decodeText } from "../../lib/decode_text.ts";
import { sleep } from "../../lib/sleep.ts";
import { tokenProblem } from "../../config/token_text.ts";

/** A pipe, a file, or nothing. */
export interface Input {
  read(buffer: Uint8Array): Promise<number | null>;
}

/** No connection and no token is larger. */
const MAX_BYTES = 64 * 1024;
/** After this long without a byte, a person may wonder what is going on. */
const SILENCE_MS = 2_000;

/**
 * Reads a token, or a whole connection, from what is no terminal. A line that is a token is enough:
 * whoever wrote it may keep the pipe open.
 *
 * @param options.onSilence called once when nothing comes for 2 s
 * @returns the text, in UTF-8 or UTF-16; undefined when it is neither, or more than 64 KiB
 */
export async function readStdin(
  input: Input,
  options: { readonly signal: AbortSignal; readonly onSilence: () => void },
): Promise<string | undefined> {
  const buffer = new Uint8Array(MAX_BYTES + 1);
  const gone = new AbortController();
  const signal = AbortSignal.any([options.signal, gone.signal]);
  const cancelled = sleep(2 ** 31 - 1, signal).then(() => null);
  sleep(SILENCE_MS, signal).then(() => {
    if (!signal.aborted) options.onSilence();
  });
  let length = 0;
  try {
    while (length <= MAX_BYTES) {
      const count = await Promise.race([input.read(buffer.subarray(length)), cancelled]);
      if (count === null) break;
      length += count;
      const text = decodeText(buffer.subarray(0, length)) ?? "";
      if (text.endsWith("\n") && tokenProblem(text.trim()) === undefined) break;
    }
  } finally {
    gone.abort();
  }
  return length > MAX_BYTES ? undefined : decodeText(buffer.subarray(0, length));
}
