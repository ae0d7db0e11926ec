import { EXIT } from "../../cli/exit_codes.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import { findStateDir, type FoundStateDir } from "../../config/find_state_dir.ts";
import type { PlatformUrl } from "../../config/platform_url.ts";
import { layered, SETTINGS_FILE_NAME } from "../../config/settings_file.ts";
import { resolveStateDir } from "../../config/state_dir.ts";
import { PrivateFileError } from "../../lib/files/private_file_error.ts";
import {
  checkPlatform,
  exitCodeOf,
  goesDirectly,
  type PlatformCheck,
} from "../support/check_platform.ts";
import type { Command, CommandContext } from "../support/command.ts";
import { PromptCancelled, withPrompts } from "../support/prompt.ts";
import type { Arguments, Usage } from "../support/usage.ts";
import { saveLogin } from "../support/write_settings.ts";
import { askConnection } from "./ask_connection.ts";
import { type Connection, namedValues, readConnection } from "./connection.ts";
import {
  agentNameField,
  type Field,
  lengthHint,
  orgIdField,
  platformUrlField,
  tokenField,
  workspaceIdField,
} from "./fields.ts";
import { readStdin } from "./read_stdin.ts";
import { precedence } from "./precedence.ts";

const NO_TOKEN_FLAG =
  "a command line is kept in the shell's history and shown to every process of " +
  "this machine. On a terminal the token is asked for; elsewhere it is read from stdin. If you " +
  "typed a real one, revoke it on the canvas (Tokens tab)";

const usage: Usage = {
  flags: {
    "workspace-id": { type: "string", value: "ID", meaning: "the workspace's id" },
    "platform-url": { type: "string", value: "URL", meaning: "the platform's address" },
    "org-id": { type: "string", value: "ID", meaning: "the organisation, on a hosted platform" },
    "agent-name": { type: "string", value: "NAME", meaning: "the name on the agent card" },
    replace: { type: "boolean", meaning: "replace the workspace that is set up, without asking" },
  },
  refused: { token: NO_TOKEN_FLAG, "auth-token": NO_TOKEN_FLAG, password: NO_TOKEN_FLAG },
  notes: [
    "On a terminal it asks for what is missing; the connection that the canvas shows can be pasted",
    "whole. Elsewhere the token, or the whole connection, comes on stdin:",
    "",
    "  molecule-mcp auth login --workspace-id ID --platform-url URL < token.txt",
    "",
    "The token is checked against the platform before anything is saved.",
  ],
};

/** `auth login`: checks a workspace's token and saves it with the settings. */
export const login: Command = { usage, run };

/** Everything that is needed, in a form that can be used. */
interface Checked {
  readonly workspaceId: string;
  readonly platformUrl: PlatformUrl;
  readonly token: string;
  readonly orgId?: string;
  readonly agentName?: string;
}

/** Why it ends, with the exit code. */
class LoginEnded extends Error {
  constructor(message: string, readonly code: number) {
    super(message);
  }
}

async function run(args: Arguments, context: CommandContext): Promise<number> {
  const { terminal } = context;
  try {
    return await logIn(args, context);
  } catch (error) {
    if (error instanceof LoginEnded) {
      terminal.error(error.message);
      return error.code;
    }
    if (error instanceof PromptCancelled) {
      terminal.note("Cancelled; nothing was saved.");
      return EXIT.failed;
    }
    throw error;
  }
}

async function logIn(args: Arguments, context: CommandContext): Promise<number> {
  const { terminal, read, profile } = context;
  const found = await findStateDir(read, { profile, onlyLook: true });
  refuseWhatIsWrong(found);
  // What exists already says now whether it can be used: before anybody pastes a token.
  if (found.state && "path" in found.state) stateDirOf(read, profile);
  const saved = savedConnection(read, found);
  const connection = await connectionOf(args, context, saved);
  let wanted = checkedConnection(connection);
  await agreeToReplace(args, context, found, wanted);

  let check = await askPlatform(wanted, context);
  if (check.outcome === "org_wanted" && terminal.isInteractive && wanted.orgId === undefined) {
    wanted = { ...wanted, orgId: await askOrgId(context, check.message) };
    check = await askPlatform(wanted, context);
  }
  if (check.outcome !== "accepted") throw notAccepted(check, wanted);

  const stateDir = stateDirOf(read, profile);
  const { settingsPath, tokenPath } = await save(stateDir, found, wanted);
  terminal.print(acceptedText(check, wanted));
  terminal.print(`Saved the token: ${tokenPath}`);
  terminal.print(`Saved the settings: ${settingsPath}`);
  if (wanted.platformUrl.exposed) {
    terminal.note(`${wanted.platformUrl.base} is plain http://: the token travels unprotected.`);
  }
  for (const line of precedence(read, wanted)) terminal.note(line);
  terminal.note("Next:");
  terminal.note(
    `  molecule-mcp install claude-code${profile === undefined ? "" : ` --profile ${profile}`}`,
  );
  return EXIT.ok;
}

function refuseWhatIsWrong({ environment, state, file }: FoundStateDir): void {
  const wrongDir = environment.problems.find(({ variable }) => variable === "CONFIGS_DIR");
  if (wrongDir) throw new LoginEnded(`CONFIGS_DIR: ${wrongDir.message}`, EXIT.configuration);
  if (state && "problem" in state && /^expected/.test(state.problem.message)) {
    throw new LoginEnded(`${state.problem.variable}: ${state.problem.message}`, EXIT.configuration);
  }
  const [problem] = file?.problems ?? [];
  if (problem) {
    throw new LoginEnded(
      `${problem.message}.\nNothing was saved: that file has to be right, or removed, first.`,
      EXIT.configuration,
    );
  }
  if (file?.values.has("MOLECULE_WORKSPACES")) {
    throw new LoginEnded(
      `${file.path} lists several workspaces, which this command does not change. Give this one a ` +
        "profile of its own: --profile NAME",
      EXIT.configuration,
    );
  }
}

function stateDirOf(read: ReadVariable, profile: string | undefined): string {
  const state = resolveStateDir(read, { profile });
  if ("path" in state) return state.path;
  const { variable, message } = state.problem;
  throw new LoginEnded(`${variable}: ${message}`, EXIT.configuration);
}

/** What is set up: the environment's values or the file's. */
function savedConnection(read: ReadVariable, { file }: FoundStateDir): Connection {
  const value = (name: string) => readTrimmed(layered(read, file), name);
  const fields = {
    workspaceId: value("WORKSPACE_ID"),
    platformUrl: value("PLATFORM_URL"),
    orgId: value("MOLECULE_ORG_ID") ?? value("MOLECULE_ORGANIZATION_ID"),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== undefined));
}

/** The flags, what is typed or piped, and what is set up already, in this order. */
async function connectionOf(
  args: Arguments,
  { terminal, signal }: CommandContext,
  saved: Connection,
): Promise<Connection> {
  const flags = {
    workspaceId: args.text("workspace-id"),
    platformUrl: args.text("platform-url"),
    orgId: args.text("org-id"),
    agentName: args.text("agent-name"),
  };
  const given: Connection = Object.fromEntries(
    Object.entries(flags).filter(([, text]) => text !== undefined),
  );
  if (terminal.isInteractive) {
    return await withPrompts(
      { signal, columns: terminal.width },
      (prompts) => askConnection(prompts, given, saved),
    );
  }
  if (Deno.stdin.isTerminal()) {
    throw new LoginEnded(
      "the token can only be asked for where stdin and stderr are both a terminal. Give it on " +
        "stdin: molecule-mcp auth login < token.txt",
      EXIT.configuration,
    );
  }
  const onSilence = () => terminal.note("Waiting for the token on stdin ...");
  const text = await readStdin(Deno.stdin, { signal, onSilence });
  if (signal.aborted) throw new PromptCancelled("Cancelled.");
  if (text === undefined) {
    throw new LoginEnded(
      "cannot read the token from stdin: expected one line of UTF-8 text",
      EXIT.configuration,
    );
  }
  // A line alone is the token, whatever it looks like.
  const isLine = !text.trim().includes("\n");
  const piped = (isLine ? namedValues(text) : readConnection(text)) ?? { token: text.trim() };
  const { workspaceId, platformUrl } = saved;
  return { workspaceId, platformUrl, ...piped, ...given };
}

/** @throws {LoginEnded} that names everything that is missing or wrong */
function checkedConnection(connection: Connection): Checked {
  const missing = [
    ["--workspace-id ID", connection.workspaceId],
    ["--platform-url URL", connection.platformUrl],
    ["the token, on stdin", connection.token],
  ].filter(([, text]) => !text).map(([name]) => name);
  const problems: string[] = [];
  const value = <T>(name: string, text: string | undefined, check: (text: string) => Field<T>) => {
    if (!text) return undefined;
    const field = check(text);
    if ("value" in field) return field.value;
    problems.push(`${name}: ${field.problem}`);
    return undefined;
  };
  const workspaceId = value("workspace id", connection.workspaceId, workspaceIdField);
  const platformUrl = value("platform URL", connection.platformUrl, platformUrlField);
  const token = value("token", connection.token, tokenField);
  const orgId = value("organisation id", connection.orgId, orgIdField);
  const agentName = value("agent name", connection.agentName, agentNameField);
  if (missing.length > 0) problems.unshift(`missing: ${missing.join("; ")}`);
  if (problems.length > 0 || !workspaceId || !platformUrl || !token) {
    throw new LoginEnded(`nothing was saved.\n  ${problems.join("\n  ")}`, EXIT.configuration);
  }
  return {
    workspaceId,
    platformUrl,
    token,
    ...(orgId !== undefined && { orgId }),
    ...(agentName !== undefined && { agentName }),
  };
}

/** Another workspace than the saved one is not replaced unasked: its agent would be gone. */
async function agreeToReplace(
  args: Arguments,
  { terminal, signal }: CommandContext,
  { file }: FoundStateDir,
  { workspaceId, platformUrl }: Checked,
): Promise<void> {
  const savedId = file?.values.get("WORKSPACE_ID") ?? workspaceId;
  const savedUrl = file?.values.get("PLATFORM_URL") ?? platformUrl.base;
  if (savedId === workspaceId && isSamePlatform(savedUrl, platformUrl)) return;
  terminal.note(`${file?.path} is set up for workspace ${savedId} on ${savedUrl}.`);
  terminal.note(`This one is workspace ${workspaceId} on ${platformUrl.base}.`);
  if (args.isSet("replace")) return;
  const both = "To keep both, give this one a profile: --profile NAME";
  if (!terminal.isInteractive) {
    throw new LoginEnded(
      `nothing was saved. To replace it: --replace. ${both}`,
      EXIT.configuration,
    );
  }
  terminal.note(`${both}.`);
  if (!await withPrompts({ signal }, (prompts) => prompts.confirm("Replace it?"))) {
    throw new PromptCancelled("Cancelled.");
  }
}

function isSamePlatform(savedUrl: string, platformUrl: PlatformUrl): boolean {
  const saved = platformUrlField(savedUrl);
  return "value" in saved && saved.value.base === platformUrl.base;
}

async function askPlatform(
  { workspaceId: id, platformUrl, orgId, token }: Checked,
  { terminal, read, signal }: CommandContext,
): Promise<PlatformCheck> {
  if (terminal.isInteractive) terminal.note(`Asking ${platformUrl.origin} ...`);
  const bypassProxy = goesDirectly(platformUrl, read);
  return await checkPlatform({ id, platformUrl, orgId, bypassProxy, token }, { signal });
}

async function askOrgId({ terminal, signal }: CommandContext, why: string): Promise<string> {
  terminal.note(why);
  return await withPrompts({ signal }, async (prompts) => {
    while (true) {
      const text = await prompts.ask({ label: "Organisation id:", shown: (text) => text });
      const found = orgIdField(text);
      if ("value" in found) return found.value;
      prompts.note(`  ${found.problem}.`);
    }
  });
}

function notAccepted(
  check: Exclude<PlatformCheck, { outcome: "accepted" }>,
  { token, orgId }: Checked,
): LoginEnded {
  if (check.outcome === "cancelled") throw new PromptCancelled("Cancelled.");
  const hints: readonly (string | undefined)[] = {
    refused: [
      lengthHint(token),
      "Check that the token is this workspace's own, or create a new one on the canvas (Tokens tab).",
    ],
    removed: [],
    absent: ["Compare the workspace's id and the platform's address with the canvas."],
    org_wanted: [orgId === undefined ? "Give it with --org-id ID." : undefined],
    not_platform: [],
    unreachable: [],
  }[check.outcome];
  const lines = [
    check.message,
    ...hints.filter((hint) => hint !== undefined),
    "Nothing was saved.",
  ];
  return new LoginEnded(lines.join("\n"), exitCodeOf(check));
}

async function save(stateDir: string, { file }: FoundStateDir, wanted: Checked) {
  const { workspaceId, platformUrl, orgId, agentName, token } = wanted;
  const savedUrl = file?.values.get("PLATFORM_URL");
  const moves = savedUrl !== undefined && !isSamePlatform(savedUrl, platformUrl);
  const change = {
    workspace_id: workspaceId,
    platform_url: platformUrl.base,
    // Another platform does not know the old one's organisation.
    ...((orgId !== undefined || moves) && { org_id: orgId }),
    ...(agentName !== undefined && { agent_name: agentName }),
  };
  try {
    return await saveLogin(stateDir, change, token);
  } catch (error) {
    if (!(error instanceof PrivateFileError || error instanceof SyntaxError)) throw error;
    const what = error instanceof SyntaxError ? `${SETTINGS_FILE_NAME} is no JSON.` : error.message;
    throw new LoginEnded(`${what}\nNothing was saved.`, EXIT.failed);
  }
}

function acceptedText(
  check: Extract<PlatformCheck, { outcome: "accepted" }>,
  { workspaceId, platformUrl }: Checked,
): string {
  const named = check.name === undefined ? "" : ` "${check.name}"`;
  return `Accepted: workspace${named} (${workspaceId}) on ${platformUrl.base}, ${peersText(check)}`;
}

function peersText({ peers }: { readonly peers?: number }): string {
  if (peers === undefined) return "peers cannot be listed now";
  return peers === 1 ? "1 peer" : `${peers} peers`;
}
