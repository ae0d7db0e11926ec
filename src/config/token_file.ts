import { decodeText } from "../lib/decode_text.ts";
import { PrivateFileError } from "../lib/files/private_file_error.ts";
import { readRegularFile, type RegularFileOptions } from "../lib/files/regular_file.ts";
import { tokenProblem } from "./token_text.ts";

/**
 * Name of the token file in the state directory (tests/README.md, "Files in the state directory").
 */
export const TOKEN_FILE_NAME = ".auth_token";

/** A token has at most 4096 characters; more is another kind of file. */
const MAX_BYTES = 64 * 1024;

/** What a token file holds, or why that is not a token. */
export type TokenFile =
  | {
    /** Trimmed, and fit for a header. */
    readonly token: string;
    /** The permission bits, e.g. `0o600`; undefined on Windows. */
    readonly mode: number | undefined;
  }
  | {
    readonly fault: "unreadable" | "empty" | "unusable";
    /** A sentence that names the file and never shows what is in it, without its full stop. */
    readonly problem: string;
  };

/**
 * Reads a file that holds a token, in UTF-8 or UTF-16: the one place that does, so that a token file
 * means the same when the settings are checked and when a token is needed.
 *
 * @returns `undefined` when there is no such file. Never throws for what is wrong with it
 */
export async function readTokenFile(
  path: string,
  { followLinks }: Pick<RegularFileOptions, "followLinks">,
): Promise<TokenFile | undefined> {
  try {
    const file = await readRegularFile(path, { followLinks, maxBytes: MAX_BYTES });
    if (!file) return undefined;
    const token = decodeText(file.bytes)?.trim();
    if (token === undefined) {
      return { fault: "unusable", problem: `Cannot read ${path}: expected UTF-8 text` };
    }
    if (token === "") {
      return { fault: "empty", problem: `${path} is empty; put the token into it` };
    }
    const problem = tokenProblem(token);
    return problem === undefined
      ? { token, mode: file.mode }
      : { fault: "unusable", problem: `Cannot use the token of ${path}: ${problem}` };
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    return { fault: "unreadable", problem: error.message.replace(/\.$/, "") };
  }
}
