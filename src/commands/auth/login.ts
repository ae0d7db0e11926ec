import { EXIT } from "../../cli/exit_codes.ts";
import type { ReadVariable } from "../../config/environment.ts";
import { findStateDir, type FoundStateDir } from "../../config/find_state_dir.ts";
import type { PlatformUrl } from "../../config/platform_url.ts";
import { SETTINGS_FILE_NAME } from "../../config/settings_file.ts";
import { profileProblem, resolveStateDir, type StateDir } from "../../config/state_dir.ts";
import { PrivateFileError } from "../../lib/files/private_file_error.ts";
import { checkPlatform, goesDirectly, type PlatformCheck } from "../support/check_platform.ts";
import type { Command, CommandContext } from "../support/command.ts";
import { PromptCancelled, Prompts } from "../support/prompt.ts";
import { hidden, shownUrl, shownValue, typedId, withShownUrl } from "../support/shown_value.ts";
import type { Terminal } from "../support/terminal.ts";
import type { Arguments, Usage } from "../support/usage.ts";
import { wrap } from "../support/wrap.ts";
import { saveLogin } from "../support/write_settings.ts";
import { ORG_IS_TOKEN, orgIdField, platformUrlField, workspaceIdField } from "./fields.ts";
import {
  type Checked,
  checkedConnection,
  connectionOf,
  savedConnection,
} from "./given_connection.ts";
import { LoginEnded, notAccepted } from "./login_ended.ts";
import { precedence } from "./precedence.ts";
import { peersText } from "../support/count_text.ts";
import { profileFlag } from "../support/profile_flag.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";

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
  const { terminal, read, profile, signal } = context;
  const found = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  refuseWhatIsWrong(found, profile);
  // What exists already says now whether it can be used: before anybody pastes a token.
  if (found.state && isThere(found.state)) stateDirOf(read, profile);
  const prompts = new Prompts({ signal, columns: terminal.width });
  const saved = savedConnection(read, found);
  const connection = await connectionOf(args, context, prompts, saved);
  let wanted = checkedConnection(connection);
  await agreeToReplace(args, terminal, prompts, found, wanted);

  if (wanted.platformUrl.exposed) {
    const { base } = wanted.platformUrl;
    terminal.note(`${shownUrl(base)} is plain http://: the token travels unprotected.`);
  }
  let check = await askPlatform(wanted, context);
  if (check.outcome === "org_wanted" && terminal.isInteractive && wanted.orgId === undefined) {
    wanted = { ...wanted, orgId: await askOrgId(terminal, prompts, check.message, wanted) };
    check = await askPlatform(wanted, context);
  }
  if (check.outcome !== "accepted") throw notAccepted(check, wanted);

  const stateDir = stateDirOf(read, profile);
  const { settingsPath, tokenPath } = await save(stateDir, found, wanted);
  terminal.print(wrap(acceptedText(check, wanted), terminal.width));
  terminal.print(`Saved the token: ${tokenPath}`);
  terminal.print(`Saved the settings: ${settingsPath}`);
  for (const line of precedence(read, wanted)) terminal.note(line);
  terminal.note("Next:");
  terminal.note(
    `  molecule-mcp install claude-code${profileFlag(profile)}`,
  );
  return EXIT.ok;
}

/** Whether there is a directory, be it one that must not be used. */
function isThere(state: StateDir): boolean {
  return "path" in state ||
    (state.absent === undefined && state.problem.variable === "CONFIGS_DIR");
}

function refuseWhatIsWrong(
  { environment, file }: FoundStateDir,
  profile: string | undefined,
): void {
  const named = profile === undefined ? undefined : profileProblem(profile);
  if (named) throw new LoginEnded(`${named.variable}: ${named.message}`);
  const wrongDir = environment.problems.find(({ variable }) => variable === "CONFIGS_DIR");
  if (wrongDir) throw new LoginEnded(`CONFIGS_DIR: ${wrongDir.message}`);
  const [problem] = file?.problems ?? [];
  if (problem) {
    throw new LoginEnded(
      `${problem.message}.\nNothing was saved: that file has to be right, or removed, first.`,
    );
  }
  if (file?.values.has("MOLECULE_WORKSPACES")) {
    throw new LoginEnded(
      `${file.path} lists several workspaces, which this command does not change. Give this one a ` +
        "profile of its own: --profile NAME",
    );
  }
}

function stateDirOf(read: ReadVariable, profile: string | undefined): string {
  const state = resolveStateDir(read, { profile });
  if ("path" in state) return state.path;
  const { variable, message } = state.problem;
  throw new LoginEnded(`${variable}: ${message}`);
}

/** Another workspace than the saved one is not replaced unasked: its agent would be gone. */
async function agreeToReplace(
  args: Arguments,
  terminal: Terminal,
  prompts: Prompts,
  { file }: FoundStateDir,
  { workspaceId, platformUrl, token }: Checked,
): Promise<void> {
  const savedId = file?.values.get("WORKSPACE_ID") ?? workspaceId;
  const savedUrl = file?.values.get("PLATFORM_URL") ?? platformUrl.base;
  if (savedId === workspaceId && isSamePlatform(savedUrl, platformUrl)) return;
  const named = (id: string, url: string) => {
    const shown = "value" in workspaceIdField(id) ? shownValue(id, [token]) : hidden(id);
    return `workspace ${shown} on ${shownUrl(url)}`;
  };
  terminal.note(`${file?.path} is set up for ${named(savedId, savedUrl)}.`);
  terminal.note(`This one is ${named(workspaceId, platformUrl.base)}.`);
  if (args.isSet("replace")) return;
  const both = "To keep both, give this one a profile: --profile NAME";
  if (!terminal.isInteractive) {
    throw new LoginEnded(
      `nothing was saved. To replace it: --replace. ${both}`,
    );
  }
  terminal.note(`${both}.`);
  if (!await prompts.during(() => prompts.confirm("Replace it?"))) {
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
  if (terminal.isInteractive) terminal.note(`Asking ${shownUrl(platformUrl.origin)} ...`);
  const bypassProxy = goesDirectly(platformUrl, read);
  return await checkPlatform({ id, platformUrl, orgId, bypassProxy, token }, { signal });
}

async function askOrgId(
  terminal: Terminal,
  prompts: Prompts,
  why: string,
  { token, platformUrl }: Checked,
): Promise<string> {
  terminal.note(withShownUrl(why, platformUrl.base));
  const answered = (text: string) => shownValue(text, [token]);
  return await prompts.during(async () => {
    while (true) {
      const text = await prompts.ask({ label: "Organisation id:", shown: typedId, answered });
      const found = text === token ? { problem: ORG_IS_TOKEN } : orgIdField(text);
      if ("value" in found) return found.value;
      prompts.note(`That is none: ${found.problem}.`);
    }
  });
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
  { workspaceId }: Checked,
): string {
  const named = check.name === undefined ? "" : ` "${check.name}"`;
  return `Accepted: workspace${named} (${shownValue(workspaceId)}), ${peersText(check.peers)}`;
}
