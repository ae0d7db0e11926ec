/** One command, as `--help`, `completions` and what is wrong with a command line know it. */
export interface CommandEntry {
  /** One word or two, as typed. */
  readonly name: string;
  /** In one line, without a full stop. */
  readonly summary: string;
}

/** Every command, in the order in which people need them. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: "serve", summary: "serve MCP on stdin and stdout, as without any argument" },
  { name: "install", summary: "put the entry for this program into an MCP client's file" },
  { name: "uninstall", summary: "take it out again" },
  { name: "clients", summary: "list the MCP clients here, and what their entries point to" },
];
