import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** One flag of a command. */
export interface Flag {
  readonly type: "boolean" | "string";
  /** May be given several times. */
  readonly multiple?: boolean;
  /** What stands for its value in the help, e.g. `ID`. */
  readonly value?: string;
  /** In one line. */
  readonly meaning: string;
  /** The values it takes, for completions; others are refused. */
  readonly choices?: readonly string[];
}

/** What a command takes. */
export interface Usage {
  /** What stands after the flags in the help, e.g. `CLIENT...`; absent: nothing may. */
  readonly operands?: string;
  /** What may stand there, for completions. */
  readonly operandChoices?: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  /**
   * Flags that people expect and that there are not, with why and what to do instead; those of
   * COMMON_FLAGS that it does not take.
   */
  readonly refused?: Readonly<Record<string, string>>;
  /** Paragraphs below the flags, and lines to copy, which begin with a space. */
  readonly notes?: readonly string[];
}

/** A command line that cannot be understood; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  /** @param step what helps, beside the command's own help */
  constructor(
    message: string,
    readonly step?: { readonly lead: string; readonly command: string },
  ) {
    super(message);
  }
}

/** Flags that every command has, unless it refuses one. */
export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  profile: { type: "string", value: "NAME", meaning: "one of several identities on this machine" },
  local: { type: "boolean", meaning: "the platform that molecule-mcp local runs here" },
  help: { type: "boolean", meaning: "show this text" },
};

const ONE_PROGRAM = "it is about the program, which is the same for every identity";
/** `refused` of a command that no identity has to do with. */
export const WITHOUT_IDENTITY = { profile: ONE_PROGRAM, local: ONE_PROGRAM } as const;

/** All flags that a command takes. */
export function flagsTaken(usage: Usage | undefined): Readonly<Record<string, Flag>> {
  const common = Object.entries(COMMON_FLAGS)
    .filter(([name]) => !Object.hasOwn(usage?.refused ?? {}, name));
  return { ...usage?.flags, ...Object.fromEntries(common) };
}

/** The flags as given, and the operands. */
export interface Arguments {
  text(flag: string): string | undefined;
  texts(flag: string): readonly string[];
  isSet(flag: string): boolean;
  readonly operands: readonly string[];
}

/**
 * Splits a command line.
 *
 * @throws {UsageError} without quoting what was typed: it may be a token
 */
export function parseArguments(args: readonly string[], usage: Usage): Arguments {
  const flags = flagsTaken(usage);
  for (const arg of args) {
    const name = /^--([a-z-]+)/.exec(arg)?.[1] ?? "";
    const refused = usage.refused ?? {};
    if (Object.hasOwn(refused, name)) throw new UsageError(`no --${name}: ${refused[name]}`);
  }
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(flags).map(([name, { type, multiple = false }]) => [
      name,
      name === "help" ? { type, multiple, short: "h" } : { type, multiple },
    ]),
  );
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(reasonOf(error, args, Object.keys(flags)));
  }
  const { values, positionals } = parsed;
  if (usage.operands === undefined && positionals.length > 0) {
    throw new UsageError("it takes no argument without a flag");
  }
  const texts = (flag: string) => {
    const value = values[flag];
    return [value].flat().filter((text) => typeof text === "string");
  };
  for (const [name, { choices }] of Object.entries(flags)) {
    if (choices && texts(name).some((text) => !choices.includes(text))) {
      throw new UsageError(`--${name} takes one of ${choices.join(", ")}`);
    }
  }
  return {
    text: (flag) => texts(flag).at(-1),
    texts,
    isSet: (flag) => values[flag] === true,
    operands: positionals,
  };
}

/** Of what Node says only the kind: its texts quote what was typed. */
function reasonOf(error: TypeError, args: readonly string[], known: readonly string[]): string {
  const flags = args.filter((arg) => arg.startsWith("-"))
    .map((arg) => arg.split("=")[0]?.replace(/^--?/, "") ?? "");
  if (/missing|argument is ambiguous|expects/i.test(error.message)) {
    const flag = flags.find((name) => known.includes(name) && error.message.includes(name));
    return flag === undefined ? "a flag lacks its value" : `--${flag} does not fit: see its value`;
  }
  const unknown = flags.find((name) => !known.includes(name) && name !== "h") ?? "";
  const near = nearest(unknown, known);
  const shown = /^[a-z][a-z-]{0,30}$/.test(unknown) ? ` --${unknown}` : "";
  return `unknown flag${shown}${near === undefined ? "" : `; did you mean --${near}?`}`;
}

/** The known word that a mistyped one most likely meant. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const ranked = known.map((word) => ({ word, distance: distance(typed, word) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(1, Math.floor(best.word.length / 3))
    ? best.word
    : undefined;
}

/** Levenshtein's: how many letters to change, add or drop. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 64) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}
