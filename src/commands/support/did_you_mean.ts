import { nearest } from "./usage.ts";

/** What other programs call it. */
const COMMANDS: Readonly<Record<string, string>> = {
  login: "auth login",
  signin: "auth login",
  setup: "auth login",
  init: "auth login",
  configure: "auth login",
  logout: "auth logout",
  signout: "auth logout",
  whoami: "auth status",
  "auth whoami": "auth status",
  update: "upgrade",
  "self-update": "upgrade",
  add: "install",
  remove: "uninstall",
  rm: "uninstall",
  list: "clients",
  ls: "clients",
  check: "doctor",
  diagnose: "doctor",
  run: "serve",
  start: "serve",
  completion: "completions",
};

/** What people call a client. */
const CLIENTS: Readonly<Record<string, string>> = {
  claude: "claude-code",
  "claude-cli": "claude-code",
  "claude desktop": "claude-desktop",
  "claude-app": "claude-desktop",
  gemini: "gemini-cli",
  copilot: "copilot-cli",
  "github-copilot": "copilot-cli",
  "vs-code": "vscode",
  code: "vscode",
  "visual-studio-code": "vscode",
  "opencode-ai": "opencode",
  "open-code": "opencode",
  "codex-cli": "codex",
  "openai-codex": "codex",
  other: "generic",
};

/** Flags that stand alone on the command line. */
const ALONE = ["--help", "--version", "--profile"];

/** The command that a mistyped one most likely meant. */
export function meantCommand(words: readonly string[], names: readonly string[]) {
  const [first = ""] = words;
  if (first.startsWith("-")) return nearest(first, ALONE);
  const two = words.slice(0, 2).join(" ");
  return synonym(COMMANDS, two) ?? synonym(COMMANDS, first) ?? nearest(two, names) ??
    nearest(first, names) ?? synonym(COMMANDS, nearest(first, Object.keys(COMMANDS)));
}

/** The client that a mistyped one most likely meant. */
export function meantClient(name: string, ids: readonly string[]): string | undefined {
  const small = name.toLowerCase().replaceAll("_", "-");
  const id = synonym(CLIENTS, small) ?? synonym(CLIENTS, small.replaceAll(" ", "-"));
  return id !== undefined && ids.includes(id) ? id : nearest(small, ids);
}

function synonym(table: Readonly<Record<string, string>>, word = ""): string | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
