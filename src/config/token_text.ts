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
