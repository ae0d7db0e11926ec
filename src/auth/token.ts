import { isSendableToken } from "../config/token_text.ts";

/** Why no Authorization header can carry the token, in words that do not show it; else undefined. */
export function tokenProblem(token: string): string | undefined {
  if (isSendableToken(token)) return undefined;
  if (token === "") return "it is empty";
  if (/\s/.test(token)) return "it contains white space or a line break";
  return "it is too long or contains characters other than visible ASCII";
}
