import { ENVIRONMENT } from "../config/environment.ts";
import { VERSION } from "../version.ts";

/** The text of `--help`, without a final newline. */
export function helpText(): string {
  const shown = ENVIRONMENT.filter(({ group }) => group !== "host");
  const width = Math.max(...shown.map(({ name }) => name.length));
  const table = (groups: readonly string[]) =>
    shown.filter(({ group }) => groups.includes(group))
      .map(({ name, meaning }) => `  ${name.padEnd(width)}  ${meaning}`).join("\n");
  return `molecule-mcp ${VERSION}: connects an agent that speaks MCP to a Molecule platform.

Usage: molecule-mcp            serve MCP on stdin and stdout (this is how an MCP client starts it)
       molecule-mcp --help     show this text
       molecule-mcp --version  show the version

Settings (environment variables; blank counts as unset)

Required:
${table(["required"])}

Workspace:
${table(["workspace"])}

Behaviour:
${table(["behaviour"])}

Delegation:
${table(["delegation"])}

Exit codes: 0 end of input, 2 settings missing or wrong, 3 the platform refused every
workspace and never accepted one, until the end of input.`;
}
