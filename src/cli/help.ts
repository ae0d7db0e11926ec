import { ENVIRONMENT } from "../config/environment.ts";
import { VERSION } from "../version.ts";
import { COMMANDS } from "./command_table.ts";

/** The text of `--help`, without a final newline. */
export function helpText(): string {
  const shown = ENVIRONMENT.filter(({ group }) => group !== "host");
  const width = Math.max(...shown.map(({ name }) => name.length));
  const table = (groups: readonly string[]) =>
    shown.filter(({ group }) => groups.includes(group))
      .map(({ name, meaning }) => `  ${name.padEnd(width)}  ${meaning}`).join("\n");
  const longest = Math.max(...COMMANDS.map(({ name }) => name.length));
  const commands = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(longest)}  ${summary}`)
    .join("\n");
  return `molecule-mcp ${VERSION}: connects an agent that speaks MCP to a Molecule platform.

Usage: molecule-mcp            serve MCP on stdin and stdout (this is how an MCP client starts it)
       molecule-mcp COMMAND    one of those below; COMMAND --help says more
       molecule-mcp --help     show this text
       molecule-mcp --version  show the version

Begin with molecule-mcp auth login: it asks for workspace, platform and token, checks them and
saves them in ~/.molecule-workspace (or CONFIGS_DIR): the token in .auth_token, the rest in
settings.json. Then molecule-mcp install CLIENT enters this program into an MCP client.

Commands:
${commands}

--profile NAME, with any of them, is for several identities on one machine.

Settings (environment variables; blank counts as unset, and then settings.json in the state
directory counts, and for the token .auth_token there)

Required:
${table(["required"])}

Workspace:
${table(["workspace"])}

Behaviour:
${table(["behaviour"])}

Delegation:
${table(["delegation"])}

Exit codes: 0 end of input, or done; 1 a command failed; 2 the command line is wrong, or settings
are missing or wrong; 3 the platform refused every workspace and never accepted one, until the
end of input, or refused the token that a command used.`;
}
