import type { CommandEntry } from "../../cli/command_table.ts";
import { COMMON_FLAGS, type Flag, flagsTaken, type Usage } from "../support/usage.ts";

/** A word that may be typed, and what it means. */
export interface Word {
  readonly word: string;
  readonly meaning: string;
}

/** A flag that may be typed. */
export interface CompletedFlag extends Word {
  /** Absent: it takes no value. */
  readonly value?: Value;
  readonly isRepeatable: boolean;
}

/** What may stand for a value. */
export interface Value {
  /** As the help calls it, such as `FILE`. */
  readonly name: string;
  /** Empty: anything. */
  readonly choices: readonly string[];
  readonly isFile: boolean;
}

/** What may follow some words of a command line. */
export interface Place {
  /** The words of commands that lead here, such as `["auth", "login"]`; none at the beginning. */
  readonly path: readonly string[];
  /** The commands that may follow. */
  readonly words: readonly Word[];
  readonly flags: readonly CompletedFlag[];
  /** What may follow apart from flags; absent: nothing. */
  readonly operand?: Value & { readonly isRepeatable: boolean };
}

const FILE_VALUE = /^(FILE|PATH|DIR)\b/;
/** What the beginning takes apart from commands (src/cli/commands.ts). */
const AT_BEGINNING: Readonly<Record<string, Flag>> = {
  help: { type: "boolean", meaning: "show every command and setting" },
  version: { type: "boolean", meaning: "show the version" },
};

/**
 * Every place of the command line where something can be completed, the beginning first.
 *
 * @param usageOf what a command takes; `undefined` for one that takes nothing of its own
 */
export function placesOf(
  commands: readonly CommandEntry[],
  usageOf: (name: string) => Usage | undefined,
): readonly Place[] {
  const { help: _, ...profile } = COMMON_FLAGS;
  const groups = new Map<string, Word[]>();
  const first: Word[] = [];
  for (const { name, summary } of commands) {
    const [group = "", word] = name.split(" ");
    if (word === undefined) first.push({ word: group, meaning: summary });
    else {
      const members = groups.get(group) ?? [];
      if (members.length === 0) {
        groups.set(group, members);
        first.push({ word: group, meaning: "" });
      }
      members.push({ word, meaning: summary });
    }
  }
  const beginning = {
    path: [],
    words: first.map(named),
    flags: flagsOf({ ...AT_BEGINNING, ...profile }),
  };
  function named(word: Word): Word {
    const members = groups.get(word.word);
    return members ? { ...word, meaning: members.map(({ word }) => word).join(", ") } : word;
  }
  return [
    beginning,
    ...[...groups].map(([group, words]): Place => ({ path: [group], words, flags: [] })),
    ...commands.map(({ name }) => commandPlace(name.split(" "), usageOf(name))),
  ];
}

function commandPlace(path: readonly string[], usage: Usage | undefined): Place {
  const place = { path, words: [], flags: flagsOf(flagsTaken(usage)) };
  if (usage?.operands === undefined) return place;
  const { operands, operandChoices = [] } = usage;
  return {
    ...place,
    operand: { ...valueOf(operands, operandChoices), isRepeatable: operands.endsWith("...") },
  };
}

function flagsOf(flags: Readonly<Record<string, Flag>>): CompletedFlag[] {
  return Object.entries(flags).map(([name, flag]) => ({
    word: `--${name}`,
    meaning: flag.meaning,
    isRepeatable: flag.multiple ?? false,
    ...(flag.type === "string" && { value: valueOf(flag.value ?? "VALUE", flag.choices ?? []) }),
  }));
}

function valueOf(name: string, choices: readonly string[]): Value {
  return { name: name.replace(/\.\.\.$/, ""), choices, isFile: FILE_VALUE.test(name) };
}

/** The flags of all places that take a value: the word after one is never a command. */
export function flagsWithValue(places: readonly Place[]): readonly string[] {
  const words = places.flatMap(({ flags }) => flags.filter(({ value }) => value))
    .map(({ word }) => word);
  return [...new Set(words)];
}
