/**
 * Whether a token can stand in an `Authorization` header: visible ASCII without white space, at
 * most 4096 characters. Tokens are opaque otherwise (platform-api 1.2).
 */
export function isSendableToken(token: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(token);
}

/**
 * What somebody pasted around a token, in words that do not show it; `undefined` when nothing. No
 * platform issues such a token, and hiding it everywhere would garble this program's own messages.
 */
export function pastedAround(text: string): string | undefined {
  if (QUOTED.test(text)) return "it is in quotes; give what is between them only";
  if (NAMED.test(text)) return 'it has the form NAME=value; give what follows the "=" only';
  return undefined;
}

/** The text without the name and the quotes around it. */
export function bareToken(text: string): string {
  return text.trim().replace(NAMED, "").replace(QUOTED, "$2").trim();
}

const QUOTED = /^(["'`])(.*)\1$/s;
/** The "=" that fill up Base64 stand at its end. */
const NAMED =
  /^(?:export\s+)?(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[Tt][Oo][Kk][Ee][Nn])\s*=\s*(?=[^=\s])/;

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
