import { denoCommand } from "../../scripts/deno_command.ts";
import { BUNDLE, IS_EXECUTABLE, programCommand } from "../e2e/program.ts";

/**
 * What the program printed, with its name for the command that really starts it where it is tested, which
 * is long: `deno run ... dist/molecule-mcp.js doctor`. tests/cli/own_command_test.ts looks at that one.
 */
export function named(text: string): string {
  if (IS_EXECUTABLE) {
    const path = programCommand()[0];
    return withoutMeaning(text, [path])
      .replaceAll(new RegExp(`${escaped(path)}(?= [a-z-])`, "g"), NAME);
  }
  const flags = `run -ERWN --no-config ${BUNDLE}`;
  const long = [`${denoCommand()} ${flags}`, `deno ${flags}`];
  return long.reduce((rest, each) => rest.replaceAll(each, NAME), withoutMeaning(text, long));
}

/** Without the line of a help text that says what the name stands for: here for itself. */
function withoutMeaning(text: string, commands: readonly string[]): string {
  const any = commands.map(escaped).join("|");
  return text.replaceAll(
    new RegExp(`\\r?\\n\\r?\\n  ${NAME} stands for: (?:${any})(?=\\r?\\n)`, "g"),
    "",
  );
}

const NAME = "molecule-mcp";

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
