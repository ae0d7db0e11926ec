import { quoteValue } from "./quote_value.ts";
import { isTokenPlaceholder } from "./token_text.ts";

/** A reference anywhere in a value: `${VAR}`, `${env:VAR}`, `$env:VAR`, `{{VAR}}`. */
const ANYWHERE = /\$\{[^}]*\}|\{\{[^}]*\}\}|\$env:[A-Za-z_]\w*/;
/** A whole value, or the beginning of a path: `$HOME/x`. */
const AT_START = /^(?:\$[A-Za-z_]\w*|\$\([^)]*\))(?=$|[/\\])/;
/** A whole value or part of a path: `%USERPROFILE%\x`, `C:\Users\%USERNAME%`. */
const OF_CMD = /(?<=^|[/\\;])%[A-Za-z_][\w()]*%(?=$|[/\\;])/;
/** What documentation writes in place of a value: `<token>`, `https://<host>`, an ellipsis. */
const STAND_IN = /^<[^<>]*>$|^https?:\/\/<[^<>/]*>|^(?:…|\.\.\.)$/;
/** The same in the README and in what the installers print. */
const README_STAND_IN = /^your-workspace-id$|^https:\/\/your-org\.example\.com\/?$/;

/** A reference that is nothing but a name in upper case. */
const NAMED =
  /^(?:\$\{(?:env:)?[A-Z_][A-Z0-9_]{0,60}(?::…)?\}|\$(?:env:)?[A-Z_][A-Z0-9_]{0,60}|%[A-Z_][A-Z0-9_]{0,60}%)$/;

/**
 * The placeholder in a setting's value that the client should have filled in and did not, as it may
 * be shown; `undefined` when there is none.
 */
export function placeholderIn(value: string): string | undefined {
  if (isTokenPlaceholder(value)) return undefined; // The platform's own: the token's rules name it.
  const found = ANYWHERE.exec(value) ?? AT_START.exec(value) ?? OF_CMD.exec(value) ??
    STAND_IN.exec(value) ?? README_STAND_IN.exec(value);
  if (!found) return undefined;
  // In "${VAR:-default}" the default may be the secret itself.
  const [reference] = found;
  const named = reference.replace(/:[-=?+].*(?=\}$)/s, ":…");
  // A variable's name is not one, however long.
  return NAMED.test(named) ? JSON.stringify(named) : quoteValue(named);
}

/** What to tell of a value with a placeholder. */
export function placeholderFault(placeholder: string): string {
  return `still holds the placeholder ${placeholder}. Write the value itself, or use your MCP client's ` +
    "own way to insert it";
}
