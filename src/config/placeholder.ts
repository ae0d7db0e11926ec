import { quoteValue } from "./quote_value.ts";
import { isTokenPlaceholder } from "./token_text.ts";

/** A reference anywhere in a value: `${VAR}`, `${env:VAR}`, `{{VAR}}`. */
const ANYWHERE = /\$\{[^}]*\}|\{\{[^}]*\}\}/;
/** A whole value, or the beginning of a path: `$HOME/x`, `%USERPROFILE%\x`. */
const AT_START = /^(?:\$[A-Za-z_]\w*|\$\([^)]*\)|%[A-Za-z_]\w*%)(?=$|[/\\])/;
/** What documentation writes for a value of one's own: `<token>`, `https://<host>`. */
const STAND_IN = /^<[^<>]*>$|^https?:\/\/<[^<>/]*>/;

/** A reference that is nothing but a name in upper case. */
const NAMED = /^(?:\$\{(?:env:)?[A-Z_][A-Z0-9_]{0,60}(?::…)?\}|\$[A-Z_][A-Z0-9_]{0,60})$/;

/**
 * The placeholder in a setting's value that the client should have filled in and did not, as it may
 * be shown; `undefined` when there is none.
 */
export function placeholderIn(value: string): string | undefined {
  if (isTokenPlaceholder(value)) return undefined; // The platform's own: the token's rules name it.
  const found = ANYWHERE.exec(value) ?? AT_START.exec(value) ?? STAND_IN.exec(value);
  if (!found) return undefined;
  // In "${VAR:-default}" the default may be the secret itself.
  const [reference] = found;
  const named = reference.replace(/:[-=?+].*(?=\}$)/s, ":…");
  // A variable's name is not one, however long.
  return NAMED.test(named) ? JSON.stringify(named) : quoteValue(named);
}

/** What to tell of a value with a placeholder. */
export function placeholderFault(placeholder: string): string {
  return `holds the placeholder ${placeholder}, which your MCP client did not fill in. Write the ` +
    "value itself, or use the client's own way to insert it";
}
