import { COMMANDS } from "../cli/command_table.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { bashCompletions } from "./completions/bash.ts";
import { fishCompletions } from "./completions/fish.ts";
import { type Place, placesOf } from "./completions/places.ts";
import { powershellCompletions } from "./completions/powershell.ts";
import { zshCompletions } from "./completions/zsh.ts";
import type { Command } from "./support/command.ts";
import { type Usage, UsageError } from "./support/usage.ts";

/** A shell: how its script is made, and how it is told to read it. */
interface Shell {
  readonly script: (places: readonly Place[]) => string;
  /** Lines to paste; the first makes it last. */
  readonly setUp: string;
}

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: {
    script: bashCompletions,
    setUp: 'eval "$(molecule-mcp completions bash)"   (a line of ~/.bashrc)',
  },
  zsh: {
    script: zshCompletions,
    setUp: 'eval "$(molecule-mcp completions zsh)"   (a line of ~/.zshrc, below compinit)',
  },
  fish: {
    script: fishCompletions,
    setUp: "molecule-mcp completions fish > ~/.config/fish/completions/molecule-mcp.fish",
  },
  powershell: {
    script: powershellCompletions,
    setUp:
      "molecule-mcp completions powershell | Out-String | Invoke-Expression   (a line of $PROFILE)",
  },
};
const NAMES = Object.keys(SHELLS);

const USAGE: Usage = {
  operands: "SHELL",
  operandChoices: NAMES,
  flags: {},
  notes: ["To use them:", ...NAMES.map((name) => `  ${SHELLS[name]?.setUp}`)],
};

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
      terminal.print(shell.script(placesOf(COMMANDS, usageOf)));
      if (terminal.width !== undefined) terminal.note(`To use them: ${shell.setUp}`);
      return Promise.resolve(EXIT.ok);
    },
  };
}
