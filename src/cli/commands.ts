import { LOCAL_PROFILE } from "../config/profile.ts";
import { versionText } from "../version.ts";
import { EXIT } from "./exit_codes.ts";

/**
 * Runs what the command line asks for. Only `serve` and `--version` are in the server's own file; the
 * other commands and `--help` load theirs (src/README.md, "Commands").
 *
 * @param command empty: nothing was asked for, by somebody at a terminal
 * @returns the exit code
 */
export async function runCommand(command: string, rest: readonly string[]): Promise<number> {
  const served = serveOptions(command, rest);
  const isAtTerminal = Deno.stdin.isTerminal();
  if (served && (command === "serve" || !isAtTerminal)) {
    if (isAtTerminal) console.error("molecule-mcp waits for MCP on stdin; Ctrl-C ends it.");
    const { run } = await import("./run.ts");
    return await run(served);
  }
  if (rest.length === 0) {
    switch (command) {
      case "--version":
      case "-V":
      case "version":
        console.log(`molecule-mcp ${versionText()}`);
        return EXIT.ok;
    }
  }
  const commands = await loadCommands();
  if (!commands) return EXIT.failed;
  // By hand there is nothing to see, and a server would take the messages of the client's.
  if (served) return await commands.welcomeAtTerminal(served.profile);
  return await commands.runCommand(command, rest);
}

/** `serve`, `--profile NAME` (or `--local`) or both; undefined for anything else. */
function serveOptions(
  command: string,
  rest: readonly string[],
): { readonly profile?: string } | undefined {
  const args = command === "serve" ? rest : [command, ...rest];
  if (args.length === 0) return {};
  const [flag = "", ...others] = args;
  if (flag === "--local" && others.length === 0) return { profile: LOCAL_PROFILE };
  if (flag === "--profile" && others.length === 1) return { profile: others[0] };
  return flag.startsWith("--profile=") && others.length === 0
    ? { profile: flag.slice("--profile=".length) }
    : undefined;
}

async function loadCommands() {
  try {
    return await import("../commands/main.ts");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // That is how Deno says that it cannot load it.
    console.error(
      "molecule-mcp: this command is in a second file, molecule-mcp-more.js, which has to lie beside " +
        `molecule-mcp.js and cannot be loaded (${error.message}).\n` +
        "Download both, or use the executable, which contains both.",
    );
    return undefined;
  }
}
