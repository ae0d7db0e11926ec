import { denoCommand } from "../../scripts/deno_command.ts";
import { BUNDLE, IS_EXECUTABLE, programCommand } from "../e2e/program.ts";

/**
 * What the program printed, with its name for the command that really starts it where it is tested, which
 * is long: `deno run ... dist/molecule-mcp.js doctor`. tests/cli/own_command_test.ts looks at that one.
 */
export function named(text: string): string {
  if (IS_EXECUTABLE) {
    const path = escaped(programCommand()[0]);
    return withoutMeaning(text, path).replaceAll(new RegExp(`${path}(?= [a-z-])`, "g"), NAME);
  }
  // Under an emulator Deno tells another path than that of the command that starts it.
  const deno = `(?:${escaped(denoCommand())}|[\\w./-]*\\bdeno[\\w-]*)`;
  const long = `${deno} ${escaped(`run -ERWN --no-config ${BUNDLE}`)}`;
  return withoutMeaning(text, long).replaceAll(new RegExp(long, "g"), NAME);
}

/** Without the line of a help text that says what the name stands for: here for itself. */
function withoutMeaning(text: string, command: string): string {
  return text.replaceAll(
    new RegExp(`\\r?\\n\\r?\\n  ${NAME} stands for: (?:${command})(?=\\r?\\n)`, "g"),
    "",
  );
}

const NAME = "molecule-mcp";

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
