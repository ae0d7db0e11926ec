/**
 * Whether a token can stand in an `Authorization` header: visible ASCII without white space, at
 * most 4096 characters. Tokens are opaque otherwise (platform-api 1.2).
 */
export function isSendableToken(token: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(token);
}

/**
 * Whether the text is what the platform shows in the place of a token (platform-api-2026-08 3.5): a
 * snippet was copied that holds none.
 */
export function isTokenPlaceholder(token: string): boolean {
  return token.includes("ROTATE_TO_REVEAL_TOKEN");
}

/** What to do about it, to follow the name of where it stands. */
export const PLACEHOLDER_ADVICE =
  "holds <ROTATE_TO_REVEAL_TOKEN>, which stands for a token and is none: rotate the token in the " +
  "canvas (workspace, Tokens tab), which shows the new one, and copy that";
