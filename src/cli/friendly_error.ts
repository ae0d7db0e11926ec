import { ENVIRONMENT } from "../config/environment.ts";
import type { Problem } from "../config/problem.ts";

/** The three required settings; their meaning is in ENVIRONMENT. */
const REQUIRED = ENVIRONMENT.filter(({ group }) => group === "required");

/**
 * What a person sees when the program is started without all of its settings: first what is
 * missing, what each setting is and where to find it, then what is wrong with the others and what
 * to do next.
 */
export function friendlyError(problems: readonly Problem[]): string {
  const missing = problems.filter(({ kind }) => kind === "missing");
  const wrong = problems.filter(({ kind }) => kind === "invalid");
  const lines: string[] = [];
  if (missing.length > 0) {
    lines.push("molecule-mcp: missing required environment", "");
    lines.push("It needs to know which workspace it is, and on which platform:", "");
    const width = Math.max(...REQUIRED.map(({ name }) => name.length));
    for (const { name, meaning } of REQUIRED) {
      lines.push(`  ${name.padEnd(width)}  ${meaning}`);
    }
    lines.push(`  ${"".padEnd(width)}  (or MOLECULE_WORKSPACE_TOKEN_FILE: a file that holds it)`);
    lines.push("", `Currently missing: ${missing.map(({ variable }) => variable).join(", ")}`);
  }
  if (wrong.length > 0) {
    lines.push(missing.length > 0 ? "Also wrong:" : "molecule-mcp: invalid environment");
    for (const { variable, message } of wrong) {
      const named = message.startsWith(`${variable}[`) ? message : `${variable}: ${message}`;
      lines.push(`  - ${named}`);
    }
  }
  lines.push(
    "",
    "Set them in the env section of your MCP client's configuration, then start again.",
  );
  lines.push("molecule-mcp --help lists every setting.");
  return lines.join("\n");
}
