/**
 * Where each client keeps its servers, on each system: the one table behind `install`, `clients` and
 * what `--print` says.
 *
 * `{NAME}` is a variable, `{HOME}` also the one of that purpose on Windows, `{CWD}` the working
 * directory; a `*` stands for the rest of a directory's name. Of the lists, the first counts whose
 * variables are all set; in a list, the file that has the entry, then the first that exists, then the
 * last.
 *
 * @module
 */

/** The files on each system; `linux` stands for the systems that are not named. */
export interface Place {
  readonly client: string;
  readonly scope: "user" | "project";
  readonly linux: readonly (readonly string[])[];
  readonly darwin?: readonly (readonly string[])[];
  readonly windows?: readonly (readonly string[])[];
  /** Where that is said, or how it was found out. */
  readonly source: string;
}

export const PLACES: readonly Place[] = [
  {
    client: "claude-code",
    scope: "user",
    linux: [["{CLAUDE_CONFIG_DIR}/.claude.json"], ["{HOME}/.claude.json"]],
    source: "tried with Claude Code 2.1.330 and 2.1.197",
  },
  {
    client: "claude-code",
    scope: "project",
    linux: [["{CWD}/.mcp.json"]],
    source: "code.claude.com/docs/en/mcp, project scope",
  },
  {
    client: "codex",
    scope: "user",
    linux: [["{CODEX_HOME}/config.toml"], ["{HOME}/.codex/config.toml"]],
    source: "tried with codex 0.171",
  },
  {
    client: "gemini-cli",
    scope: "user",
    linux: [["{GEMINI_CLI_HOME}/.gemini/settings.json"], ["{HOME}/.gemini/settings.json"]],
    source: "tried with Gemini CLI 0.61",
  },
  {
    client: "opencode",
    scope: "user",
    linux: [
      ["{XDG_CONFIG_HOME}/opencode/opencode.jsonc", "{XDG_CONFIG_HOME}/opencode/opencode.json"],
      ["{HOME}/.config/opencode/opencode.jsonc", "{HOME}/.config/opencode/opencode.json"],
    ],
    source: "tried with OpenCode 1.18; opencode.ai/v2/docs/mcp-servers",
  },
  {
    client: "hermes",
    scope: "user",
    linux: [["{HERMES_HOME}/config.yaml"], ["{HOME}/.hermes/config.yaml"]],
    source: "hermes-agent.nousresearch.com/docs/user-guide/features/mcp",
  },
  {
    client: "vscode",
    scope: "user",
    linux: [["{XDG_CONFIG_HOME}/Code/User/mcp.json"], ["{HOME}/.config/Code/User/mcp.json"]],
    darwin: [["{HOME}/Library/Application Support/Code/User/mcp.json"]],
    windows: [["{APPDATA}/Code/User/mcp.json"]],
    source: "code.visualstudio.com/docs/copilot/customization/mcp-servers; add-mcp 2.4.0",
  },
  {
    client: "copilot-cli",
    scope: "user",
    linux: [["{COPILOT_HOME}/mcp-config.json"], ["{HOME}/.copilot/mcp-config.json"]],
    source: "docs.github.com/copilot, Copilot CLI, adding MCP servers",
  },
  {
    client: "cursor",
    scope: "user",
    linux: [["{HOME}/.cursor/mcp.json"]],
    source: "cursor.com/docs/mcp; add-mcp 2.4.0",
  },
  {
    client: "claude-desktop",
    scope: "user",
    linux: [
      ["{XDG_CONFIG_HOME}/Claude/claude_desktop_config.json"],
      ["{HOME}/.config/Claude/claude_desktop_config.json"],
    ],
    darwin: [["{HOME}/Library/Application Support/Claude/claude_desktop_config.json"]],
    windows: [[
      // As an MSIX package, which has a view of its own of %APPDATA%.
      "{LOCALAPPDATA}/Packages/Claude_*/LocalCache/Roaming/Claude/claude_desktop_config.json",
      "{APPDATA}/Claude/claude_desktop_config.json",
    ]],
    source: "modelcontextprotocol.io/docs/develop/connect-local-servers; add-mcp 2.4.0",
  },
  {
    client: "windsurf",
    scope: "user",
    linux: [["{HOME}/.codeium/windsurf/mcp_config.json"]],
    source: "docs.windsurf.com/windsurf/cascade/mcp; add-mcp 2.4.0",
  },
  {
    client: "cline",
    scope: "user",
    linux: [["{HOME}/.cline/data/settings/cline_mcp_settings.json"]],
    source: "add-mcp 2.4.0 (the extension keeps its own below VS Code's globalStorage)",
  },
  {
    client: "zed",
    scope: "user",
    linux: [["{XDG_CONFIG_HOME}/zed/settings.json"], ["{HOME}/.config/zed/settings.json"]],
    darwin: [["{HOME}/.config/zed/settings.json"]],
    windows: [["{APPDATA}/Zed/settings.json"]],
    source: "zed.dev/docs/ai/mcp; add-mcp 2.4.0",
  },
  {
    client: "continue",
    scope: "user",
    linux: [["{HOME}/.continue/config.yaml"]],
    source: "docs.continue.dev/customize/deep-dives/mcp",
  },
  {
    client: "kilo",
    scope: "user",
    linux: [["{HOME}/.config/kilo/kilo.jsonc"]],
    source: "kilo.ai/docs/automate/mcp/using-in-kilo-code",
  },
  {
    client: "openclaw",
    scope: "user",
    linux: [["{HOME}/.openclaw/openclaw.json"]],
    source: "docs.openclaw.ai/cli/mcp",
  },
];
