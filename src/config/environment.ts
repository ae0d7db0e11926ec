/**
 * Every environment variable that molecule-mcp reads: the one list behind the permission set of
 * deno.json, the table in the README and `--help` (tests hold them together).
 *
 * @module
 */

/** One variable as a person configures it (tests/README.md, "Environment variables"). */
export interface EnvironmentVariable {
  readonly name: string;
  /** What it sets, in one line, with the default where there is one. */
  readonly meaning: string;
  /** `host` variables are only read to find a home directory or to name the runtime. */
  readonly group: "required" | "workspace" | "behaviour" | "delegation" | "host";
}

/** The variables in the order in which the README shows them. */
export const ENVIRONMENT: readonly EnvironmentVariable[] = [
  {
    name: "WORKSPACE_ID",
    group: "required",
    meaning: "the workspace's id, from the canvas",
  },
  {
    name: "PLATFORM_URL",
    group: "required",
    meaning: "the platform's base URL, for example https://your-org.example.com",
  },
  {
    name: "MOLECULE_WORKSPACE_TOKEN",
    group: "required",
    meaning: "the workspace's bearer token, from the canvas, Tokens tab",
  },
  {
    name: "MOLECULE_WORKSPACE_TOKEN_FILE",
    group: "workspace",
    meaning: "path of a file that holds the token, instead of MOLECULE_WORKSPACE_TOKEN",
  },
  {
    name: "MOLECULE_WORKSPACES",
    group: "workspace",
    meaning: 'several workspaces: JSON array of {"id", "token", "platform_url"?}; ' +
      "replaces WORKSPACE_ID and the token variables",
  },
  {
    name: "CONFIGS_DIR",
    group: "workspace",
    meaning: "state directory; default /configs where it is writable (not on Windows), else " +
      "~/.molecule-workspace",
  },
  {
    name: "MOLECULE_ORG_ID",
    group: "workspace",
    meaning: "organisation id, sent as X-Molecule-Org-Id to hosted platforms that ask for it",
  },
  {
    name: "MOLECULE_ORGANIZATION_ID",
    group: "workspace",
    meaning: "the same, read when MOLECULE_ORG_ID is not set",
  },
  {
    name: "MOLECULE_AGENT_NAME",
    group: "behaviour",
    meaning: "name on the agent card; default molecule-mcp-<first 8 of the id>",
  },
  {
    name: "MOLECULE_AGENT_DESCRIPTION",
    group: "behaviour",
    meaning: "description on the agent card",
  },
  {
    name: "MOLECULE_AGENT_SKILLS",
    group: "behaviour",
    meaning: "skills on the agent card, separated by commas",
  },
  {
    name: "MOLECULE_MCP_POLL_TIMEOUT_SECS",
    group: "behaviour",
    meaning: "seconds the agent is told to wait for a message each turn; default 2, at most 60, " +
      "0 = push only",
  },
  {
    name: "MOLECULE_ATTACH_ROOTS",
    group: "behaviour",
    meaning: "directories that attachments may come from, separated as in PATH; default home, " +
      "temp and working directory",
  },
  {
    name: "MOLECULE_MCP_VERBOSE",
    group: "behaviour",
    meaning: "any value: also log what goes well, on stderr",
  },
  {
    name: "MOLECULE_MCP_DISABLE_HEARTBEAT",
    group: "behaviour",
    meaning: "any value: neither register nor heartbeat",
  },
  {
    name: "MOLECULE_MCP_DISABLE_INBOX",
    group: "behaviour",
    meaning: "any value: do not fetch inbound messages",
  },
  {
    name: "DELEGATION_SYNC_VIA_INBOX",
    group: "delegation",
    meaning: "1: delegate_task queues on the platform and polls for the result",
  },
  {
    name: "DELEGATION_TIMEOUT",
    group: "delegation",
    meaning: "seconds to poll for a queued delegation's result; default 300",
  },
  {
    name: "A2A_DELEGATE_TOTAL_BUDGET",
    group: "delegation",
    meaning: "seconds that all attempts to send one task may take together; default 600",
  },
  {
    name: "A2A_DELEGATE_READ_TIMEOUT",
    group: "delegation",
    meaning: "seconds to wait for a peer's answer to one attempt; default 300",
  },
  {
    name: "A2A_DELEGATE_MAX_ATTEMPTS",
    group: "delegation",
    meaning: "attempts to send one task; default 5",
  },
  {
    name: "WORKSPACE_CONFIG_PATH",
    group: "behaviour",
    meaning: "directory of config.yaml (roles, tier); default /configs, on Windows none",
  },
  {
    name: "WORKSPACE_TIER",
    group: "behaviour",
    meaning: "the workspace's tier when no config.yaml says it; default 1, 0 = root",
  },
  { name: "MODEL", group: "host", meaning: "shown by get_runtime_identity" },
  { name: "MODEL_PROVIDER", group: "host", meaning: "shown by get_runtime_identity" },
  { name: "MOLECULE_MODEL", group: "host", meaning: "shown by get_runtime_identity" },
  { name: "ANTHROPIC_BASE_URL", group: "host", meaning: "shown by get_runtime_identity" },
  { name: "TIER", group: "host", meaning: "shown by get_runtime_identity" },
  { name: "ADAPTER_MODULE", group: "host", meaning: "shown by get_runtime_identity" },
  { name: "HOME", group: "host", meaning: "where ~/.molecule-workspace is" },
  { name: "USERPROFILE", group: "host", meaning: "the same on Windows, where it comes first" },
  { name: "TMPDIR", group: "host", meaning: "the temp directory, whose files may be attached" },
  { name: "TEMP", group: "host", meaning: "the same on Windows" },
  { name: "HTTP_PROXY", group: "host", meaning: "whether there is a proxy" },
  { name: "http_proxy", group: "host", meaning: "whether there is a proxy" },
  { name: "HTTPS_PROXY", group: "host", meaning: "whether there is a proxy" },
  { name: "https_proxy", group: "host", meaning: "whether there is a proxy" },
  { name: "ALL_PROXY", group: "host", meaning: "whether there is a proxy" },
  { name: "all_proxy", group: "host", meaning: "whether there is a proxy" },
  { name: "NO_PROXY", group: "host", meaning: "what is reached without a proxy" },
  { name: "no_proxy", group: "host", meaning: "what is reached without a proxy" },
];

/**
 * Variables that only commands read (src/commands): where clients keep their files, how to write on
 * this terminal, what stands between this machine and the platform. The server asks for none of them.
 */
export const COMMAND_ENVIRONMENT: readonly string[] = [
  ...["PATH", "PATHEXT", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME"],
  ...["CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "GEMINI_CLI_HOME", "HERMES_HOME"],
  ...["NO_COLOR", "FORCE_COLOR", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "WT_SESSION"],
  ...["DENO_CERT", "DENO_TLS_CA_STORE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
  "npm_lifecycle_event",
  ...["MOLECULE_MCP_BASE_URL", "MOLECULE_MCP_NPM"],
];

/** Reads one variable; `undefined` when unset. */
export type ReadVariable = (name: string) => string | undefined;

/** A variable's trimmed value; blank counts as unset (tests/README.md, "Environment variables"). */
export function readTrimmed(read: ReadVariable, name: string): string | undefined {
  const value = read(name)?.trim();
  return value === "" ? undefined : value;
}
