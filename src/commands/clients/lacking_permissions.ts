import { ENVIRONMENT } from "../../config/environment.ts";

const KINDS = { env: "E", net: "N", read: "R", write: "W" } as const;
type Kind = keyof typeof KINDS;
const MAX_NAMES = 3;

/**
 * What Deno's flags of an entry withhold from the server. A list of hosts or paths may be all that it
 * needs; of the variables, each is known.
 *
 * @param flags before the program
 * @returns such as `--allow-net, --allow-env for A`; undefined where nothing is lacking
 */
export function lackingPermissions(flags: readonly string[]): string | undefined {
  // With a set of permissions (-P), a file says what is granted.
  if (flags.some((flag) => /^(--allow-all|--permission-set.*|-[A-Z]*[AP].*)$/.test(flag))) {
    return undefined;
  }
  const lacking = (Object.keys(KINDS) as Kind[])
    .filter((kind) => !flags.some((flag) => grants(flag, kind)))
    .map((kind) => `--allow-${kind}`);
  if (!lacking.includes("--allow-env")) {
    const missing = ENVIRONMENT.map(({ name }) => name)
      .filter((name) => !flags.some((flag) => grantsVariable(flag, name)));
    if (missing.length > 0) lacking.push(`--allow-env for ${namesText(missing)}`);
  }
  return lacking.length === 0 ? undefined : lacking.join(", ");
}

function grants(flag: string, kind: Kind): boolean {
  return new RegExp(`^(--allow-${kind}|-[A-Z]*${KINDS[kind]}[A-Z]*)(=|$)`).test(flag);
}

function grantsVariable(flag: string, name: string): boolean {
  if (!grants(flag, "env")) return false;
  const [, list] = /=(.*)$/.exec(flag) ?? [];
  return list === undefined ||
    list.split(",").some((allowed) =>
      allowed === name || (allowed.endsWith("*") && name.startsWith(allowed.slice(0, -1)))
    );
}

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
