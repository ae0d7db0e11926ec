import { join } from "@std/path";
import { invalid, type Problem } from "./problem.ts";
import { isSendableToken, isTokenPlaceholder, PLACEHOLDER_ADVICE } from "./token_text.ts";

/** Name of the token file in the state directory (runtime-behaviour A3). */
export const TOKEN_FILE_NAME = ".auth_token";

const TOKEN = "MOLECULE_WORKSPACE_TOKEN";
const TOKEN_FILE = "MOLECULE_WORKSPACE_TOKEN_FILE";

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
  if (stateDir !== undefined && await hasText(join(stateDir, TOKEN_FILE_NAME))) {
    return { settings: {}, problems: [] };
  }
  return { settings: {}, problems: [{ variable: TOKEN, kind: "missing", message: "not set" }] };
}

/** What is wrong with the file that MOLECULE_WORKSPACE_TOKEN_FILE names (runtime-behaviour A6). */
async function tokenFileFault(path: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    // Looked at first: reading a named pipe would wait for a writer.
    if (!(await Deno.stat(path)).isFile) return `${path} is not a regular file`;
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `the file ${path} does not exist`;
    if (error instanceof Deno.errors.PermissionDenied) {
      return `the file ${path} is not readable: permission denied; check its owner and mode`;
    }
    return `the file ${path} could not be read: ${error instanceof Error ? error.message : error}`;
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
  } catch {
    return `the file ${path} is not valid UTF-8`; // The decoder's own message adds nothing.
  }
  if (text === "") return `the file ${path} is empty`;
  if (isTokenPlaceholder(text)) return `the file ${path} ${PLACEHOLDER_ADVICE}`;
  if (/\s/.test(text)) return `the token in ${path} contains internal whitespace; copy it again`;
  return isSendableToken(text) ? undefined : `the token in ${path} has characters no token has`;
}

async function hasText(path: string): Promise<boolean> {
  try {
    // As the token store has it: a link or a pipe is no token file.
    return (await Deno.lstat(path)).isFile && (await Deno.readTextFile(path)).trim() !== "";
  } catch {
    return false; // Absent or unreadable: the token store reports it where it matters.
  }
}
