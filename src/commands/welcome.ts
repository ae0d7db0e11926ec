import type { ReadVariable } from "../config/environment.ts";
import { parseSettings } from "../config/settings.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { VERSION } from "../version.ts";
import type { Terminal } from "./support/terminal.ts";

/**
 * A bare run on a terminal: what this is, what is set up, what to do next. It touches nothing, and it
 * serves nobody: the client would lose its messages to it.
 *
 * @returns the exit code
 */
export async function welcome(
  { terminal, read }: { readonly terminal: Terminal; readonly read: ReadVariable },
): Promise<number> {
  terminal.note(
    `molecule-mcp ${VERSION} connects an agent to a Molecule platform. An MCP client (Claude Code, ` +
      "codex, ...) starts it; by hand there is nothing to see.",
  );
  const result = await parseSettings(read, { onlyLook: true });
  if ("problems" in result) {
    terminal.note("It is not set up yet. Next:");
    terminal.note("  molecule-mcp auth login");
  } else {
    const [{ id, platformUrl }] = result.settings.workspaces;
    terminal.note(`It is set up for workspace ${id} on ${platformUrl.base}. Next:`);
    terminal.note("  molecule-mcp install claude-code   (or another client: molecule-mcp clients)");
  }
  terminal.note("molecule-mcp --help lists every command and setting.");
  return EXIT.configuration;
}
