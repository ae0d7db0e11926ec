import { join } from "@std/path";
import { readBoundedFile } from "../lib/files/bounded_file.ts";
import { decodeText } from "../lib/decode_text.ts";
import { invalid, type Problem } from "./problem.ts";
import { reasonOf } from "../lib/system_error.ts";
import {
  isSendableToken,
  isTokenPlaceholder,
  pastedAround,
  PLACEHOLDER_ADVICE,
} from "./token_text.ts";

/** Name of the token file in the state directory (runtime-behaviour A3). */
export const TOKEN_FILE_NAME = ".auth_token";

const TOKEN = "MOLECULE_WORKSPACE_TOKEN";
const TOKEN_FILE = "MOLECULE_WORKSPACE_TOKEN_FILE";
/** A token has at most 4096 characters; more is another kind of file. */
const MAX_FILE_BYTES = 64 * 1024;

/**
 * Whether there is a token at all, and what the environment says of it. The token store reads the
 * sources again when it needs them; this only makes a bad start fail early (runtime-behaviour A6).
 */
export async function findToken(
  value: (name: string) => string | undefined,
  stateDir: string | undefined,
): Promise<{
  settings: { inlineToken?: string; tokenFile?: string };
  problems: readonly Problem[];
}> {
  const inlineToken = value(TOKEN);
  const tokenFile = value(TOKEN_FILE);
  if (inlineToken !== undefined) {
    const pasted = pastedAround(inlineToken);
    if (pasted !== undefined) return { settings: {}, problems: [invalid(TOKEN, pasted)] };
    if (isTokenPlaceholder(inlineToken)) {
      return { settings: {}, problems: [invalid(TOKEN, PLACEHOLDER_ADVICE)] };
    }
    return isSendableToken(inlineToken)
      ? { settings: { inlineToken, ...(tokenFile && { tokenFile }) }, problems: [] }
      : {
        settings: {},
        problems: [invalid(
          TOKEN,
          "holds white space or characters that no token has; copy it again from the canvas",
        )],
      };
  }
  if (tokenFile !== undefined) {
    const fault = await tokenFileFault(tokenFile);
    return fault === undefined
      ? { settings: { tokenFile }, problems: [] }
      : { settings: {}, problems: [invalid(TOKEN_FILE, fault)] };
  }
  const missing: Problem = { variable: TOKEN, kind: "missing", message: "not set" };
  if (stateDir === undefined) return { settings: {}, problems: [missing] };
  const path = join(stateDir, TOKEN_FILE_NAME);
  const saved = await savedToken(path);
  if (saved === "there") return { settings: {}, problems: [] };
  const empty = invalid(TOKEN, `it is not set, and the saved token's file ${path} is empty`);
  return { settings: {}, problems: saved === "empty" ? [missing, empty] : [missing] };
}

/** What is wrong with the file that MOLECULE_WORKSPACE_TOKEN_FILE names (runtime-behaviour A6). */
async function tokenFileFault(path: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    // A link is followed: that is how mounted secrets look.
    const found = await readBoundedFile(path, MAX_FILE_BYTES, { followLinks: true });
    if (found === undefined) return `${path} is not a regular file`;
    if ("tooLarge" in found) {
      return `the file ${path} has ${found.tooLarge} bytes: that is no token file`;
    }
    bytes = found.bytes;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `the file ${path} does not exist`;
    if (error instanceof Deno.errors.PermissionDenied) {
      return `the file ${path} is not readable: permission denied; check its owner and mode`;
    }
    return `the file ${path} could not be read: ${reasonOf(error)}`;
  }
  const text = decodeText(bytes)?.trim();
  if (text === undefined) return `the file ${path} is not valid UTF-8; save it as UTF-8 text`;
  if (text === "") return `the file ${path} is empty; put the token into it`;
  const pasted = pastedAround(text);
  if (pasted !== undefined) return `the token in ${path} is not usable: ${pasted}`;
  if (isTokenPlaceholder(text)) return `the file ${path} ${PLACEHOLDER_ADVICE}`;
  if (/\s/.test(text)) return `the token in ${path} contains internal whitespace; copy it again`;
  return isSendableToken(text) ? undefined : `the token in ${path} has characters no token has`;
}

/** What the saved token's file holds, as the token store has it: a link or a pipe is none. */
async function savedToken(path: string): Promise<"absent" | "empty" | "there"> {
  try {
    const found = await readBoundedFile(path, MAX_FILE_BYTES);
    if (found === undefined || "tooLarge" in found) return "absent";
    return decodeText(found.bytes)?.trim() === "" ? "empty" : "there";
  } catch {
    return "absent"; // Or unreadable: the token store reports it where it matters.
  }
}
