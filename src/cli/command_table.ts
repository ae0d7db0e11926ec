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
  {
    name: "auth login",
    summary: "connect this machine to a workspace: checks and saves its token",
  },
  {
    name: "auth status",
    summary: "whether the token is accepted, and where each setting comes from",
  },
  { name: "auth logout", summary: "delete the saved token from this machine" },
  { name: "install", summary: "add this program to an MCP client's file" },
  { name: "uninstall", summary: "remove it from a client's file again" },
  { name: "clients", summary: "list the MCP clients here, and what their entries point to" },
  {
    name: "doctor",
    summary: "check everything between agent and platform; changes nothing",
  },
  { name: "status", summary: "show what the running servers are doing" },
  { name: "local", summary: "run a Molecule platform on this machine, with a page to watch it" },
  { name: "upgrade", summary: "say whether there is a newer release, and how to get it" },
  {
    name: "completions",
    summary: "print the completions for bash, zsh, fish or PowerShell",
  },
];
