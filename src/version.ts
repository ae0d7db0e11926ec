/** The program's version, as in deno.json (a test keeps them equal). */
export const VERSION = "0.1.0";

/** The commit that the program was bundled from: `scripts/bundle.ts` writes it over the noughts. */
const COMMIT = "0000000000000000000000000000000000000000";

/** What `--version` shows: the version, and the commit where it is known. */
export function versionText(): string {
  return /^0+$/.test(COMMIT) ? VERSION : `${VERSION} (${COMMIT})`;
}
