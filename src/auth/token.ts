import { isSendableToken, isTokenPlaceholder, pastedAround } from "../config/token_text.ts";

/** Why the token is none, or no Authorization header can carry it, in words that do not show it; else undefined. */
export function tokenProblem(token: string): string | undefined {
  if (isTokenPlaceholder(token)) {
    return "<ROTATE_TO_REVEAL_TOKEN> stands for a token and is none: rotate the token in the canvas " +
      "to see the new one";
  }
  const pasted = pastedAround(token);
  if (pasted !== undefined) return pasted;
  if (isSendableToken(token)) return undefined;
  if (token === "") return "it is empty";
  if (/\s/.test(token)) return "it contains white space or a line break";
  return "it is too long or contains characters other than visible ASCII";
}
