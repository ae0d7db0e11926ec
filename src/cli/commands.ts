import { versionText } from "../version.ts";
import { EXIT } from "./exit_codes.ts";
import { helpText } from "./help.ts";

/** Runs a command other than the server; its result goes to stdout. */
export function runCommand(command: string, rest: readonly string[]): number {
  if (rest.length === 0) {
    switch (command) {
      case "--help":
      case "-h":
      case "help":
        console.log(helpText());
        return EXIT.ok;
      case "--version":
      case "-V":
      case "version":
        console.log(`molecule-mcp ${versionText()}`);
        return EXIT.ok;
    }
  }
  console.error(
    "molecule-mcp: unknown argument. Run it without arguments to serve MCP, or with --help or " +
      "--version.\n" +
      "Settings come from environment variables; a token never belongs on the command line.",
  );
  return EXIT.configuration;
}
