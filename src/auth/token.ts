import { isSendableToken, pastedAround } from "../config/token_text.ts";

/** Why the token is none, or no Authorization header can carry it, in words that do not show it; else undefined. */
export function tokenProblem(token: string): string | undefined {
  const pasted = pastedAround(token);
  if (pasted !== undefined) return pasted;
  if (isSendableToken(token)) return undefined;
  if (token === "") return "it is empty";
  if (/\s/.test(token)) return "it contains white space or a line break";
  return "it is too long or contains characters other than visible ASCII";
}
