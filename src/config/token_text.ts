/**
 * Tokens are opaque, but each goes into an `Authorization` header (src/platform/API.md, "Tokens").
 */
const SENDABLE = /^[\x21-\x7e]{1,4096}$/;
const QUOTED = /^(["'`])(.*)\1$/s;
/** The "=" that pad Base64 are at its end. */
const NAMED =
  /^(?:export\s+)?(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[Tt][Oo][Kk][Ee][Nn])\s*=\s*(?=[^=\s])/;
const COPY_IT = "copy it again from the canvas (workspace, Tokens tab)";

/**
 * Why the text is not a token that can be sent: a clause that begins with "it", does not show the text
 * and ends with what to do. `undefined` when it is one.
 */
export function tokenProblem(text: string): string | undefined {
  if (text === "") return `it is empty; ${COPY_IT}`;
  if (isTokenPlaceholder(text)) {
    return "it is <ROTATE_TO_REVEAL_TOKEN>, which only stands for a token: rotate the token in the " +
      "canvas (workspace, Tokens tab), which shows the new one, and copy that";
  }
  const pasted = pastedAround(text);
  if (pasted !== undefined) return pasted;
  if (SENDABLE.test(text)) return undefined;
  if (/\s/.test(text)) return `it contains white space or a line break; ${COPY_IT}`;
  return `it is too long, or contains characters other than visible ASCII; ${COPY_IT}`;
}

/**
 * What somebody pasted around a token. No platform issues such a token, and hiding it everywhere would
 * garble this program's own messages.
 */
function pastedAround(text: string): string | undefined {
  if (QUOTED.test(text)) return "it is in quotes; give only what is between them";
  if (NAMED.test(text)) return 'it has the form NAME=value; give only what follows the "="';
  return undefined;
}

/** The text without the name and the quotes around it. */
export function bareToken(text: string): string {
  return text.trim().replace(NAMED, "").replace(QUOTED, "$2").trim();
}

/**
 * Whether the text is what the platform shows in place of a token (src/platform/API.md, "Rotate and
 * show the connection"): a snippet without a token was copied.
 */
export function isTokenPlaceholder(text: string): boolean {
  return text.includes("ROTATE_TO_REVEAL_TOKEN");
}
