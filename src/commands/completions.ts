import { ownCommand } from "../cli/own_command.ts";
import { COMMANDS } from "../cli/command_table.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { bashCompletions } from "./completions/bash.ts";
import { fishCompletions } from "./completions/fish.ts";
import { type Place, placesOf } from "./completions/places.ts";
import { powershellCompletions } from "./completions/powershell.ts";
import { zshCompletions } from "./completions/zsh.ts";
import type { Command } from "./support/command.ts";
import { onlyByName } from "./support/stands_for.ts";
import { type Usage, UsageError, WITHOUT_IDENTITY } from "./support/usage.ts";

/** A shell: how its script is made, and how it is told to read it. */
interface Shell {
  readonly script: (places: readonly Place[]) => string;
  /** Lines to paste; the first makes it last. */
  readonly setUp: (line: string) => string;
}

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: {
    script: bashCompletions,
    setUp: (line) => `eval "$(${line})"   (a line of ~/.bashrc)`,
  },
  zsh: {
    script: zshCompletions,
    setUp: (line) => `eval "$(${line})"   (a line of ~/.zshrc, below compinit)`,
  },
  fish: {
    script: fishCompletions,
    setUp: (line) => `${line} > ~/.config/fish/completions/molecule-mcp.fish`,
  },
  powershell: {
    script: powershellCompletions,
    setUp: (line) => `${line} | Out-String | Invoke-Expression   (a line of $PROFILE)`,
  },
};
const NAMES = Object.keys(SHELLS);

const USAGE: Usage = {
  operands: "SHELL",
  operandChoices: NAMES,
  flags: {},
  refused: WITHOUT_IDENTITY,
  get notes() {
    return ["To use them:", ...NAMES.map((name) => `  ${setUpText(name)}`), ...onlyByName()];
  },
};

function setUpText(name: string): string | undefined {
  return SHELLS[name]?.setUp(ownCommand(`completions ${name}`));
}

/**
 * Prints what a shell needs to complete this program's command lines.
 *
 * @param usageOf what the other commands take
 */
export function completions(usageOf: (name: string) => Usage | undefined): Command {
  return {
    usage: USAGE,
    run({ operands }, { terminal }) {
      const [name = "", ...others] = operands;
      const shell = Object.hasOwn(SHELLS, name) && others.length === 0 ? SHELLS[name] : undefined;
      if (!shell) throw new UsageError(`expected one of ${NAMES.join(", ")}`);
      terminal.printAsIs(shell.script(placesOf(COMMANDS, usageOf)));
      if (terminal.width !== undefined) {
        terminal.note(["To use them:", `  ${setUpText(name)}`, ...onlyByName()].join("\n"));
      }
      return Promise.resolve(EXIT.ok);
    },
  };
}
