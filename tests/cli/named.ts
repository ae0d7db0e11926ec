import { denoCommand } from "../../scripts/deno_command.ts";
import { BUNDLE, IS_EXECUTABLE, programCommand } from "../e2e/program.ts";

/**
 * What the program printed, with its name for the command that really starts it where it is tested, which
 * is long: `deno run ... dist/molecule-mcp.js doctor`. tests/cli/own_command_test.ts looks at that one.
 */
export function named(text: string): string {
  if (IS_EXECUTABLE) {
    return text.replaceAll(new RegExp(`${escaped(programCommand()[0])}(?= [a-z-])`, "g"), NAME);
  }
  const flags = `run -ERWN --no-config ${BUNDLE}`;
  return text.replaceAll(`${denoCommand()} ${flags}`, NAME).replaceAll(`deno ${flags}`, NAME);
}

const NAME = "molecule-mcp";

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
