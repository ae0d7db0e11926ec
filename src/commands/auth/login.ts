import { ownCommand } from "../../cli/own_command.ts";
import { EXIT } from "../../cli/exit_codes.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import { findStateDir, type FoundStateDir } from "../../config/find_state_dir.ts";
import { SETTINGS_FILE_NAME } from "../../config/settings_file.ts";
import { resolveStateDir, type StateDir } from "../../config/state_dir.ts";
import { PrivateFileError } from "../../lib/files/private_file_error.ts";
import { nextClientStep } from "../clients/next_step.ts";
import { checkPlatform, goesDirectly, type PlatformCheck } from "../probe/check_platform.ts";
import type { Command, CommandContext } from "../support/command.ts";
import { PromptCancelled, Prompts } from "../support/prompt.ts";
import { shownUrl, shownValue, typedId, withShownUrl } from "../support/shown_value.ts";
import type { Terminal } from "../support/terminal.ts";
import { LOCAL_PROFILE } from "../../config/profile.ts";
import { type Arguments, type Usage, UsageError } from "../support/usage.ts";
import { saveLogin } from "../support/write_settings.ts";
import { askToken } from "./ask_connection.ts";
import { isSamePlatform, replaceQuestion } from "./ask_replace.ts";
import { ORG_IS_TOKEN, orgIdField } from "./fields.ts";
import { afterLogin } from "./running_servers.ts";
import { sentence } from "./words.ts";
import {
  type Checked,
  checkedConnection,
  connectionOf,
  savedConnection,
} from "./given_connection.ts";
import { LoginEnded, notAccepted, tryAgain } from "./login_ended.ts";
import { precedence } from "./precedence.ts";
import { peersText } from "../support/count_text.ts";
import { noteNext } from "../support/next_step.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";

/** How often another token is asked for after one was refused. */
const MAX_TOKENS = 3;
const NO_TOKEN_FLAG =
  "a command line is kept in the shell's history and shown to every process of " +
  "this machine. On a terminal the token is asked for; elsewhere it is read from stdin. If you " +
  "typed a real one, revoke it on the canvas (Tokens tab)";

const NO_LOCAL = "molecule-mcp local connects itself: there is nothing to enter";

const usage: Usage = {
  flags: {
    "workspace-id": { type: "string", value: "ID", meaning: "the workspace's id" },
    "platform-url": { type: "string", value: "URL", meaning: "the platform's address" },
    "org-id": { type: "string", value: "ID", meaning: "the organisation, on a hosted platform" },
    "agent-name": { type: "string", value: "NAME", meaning: "the name on the agent card" },
    replace: { type: "boolean", meaning: "replace the workspace that is set up, without asking" },
  },
  refused: {
    token: NO_TOKEN_FLAG,
    "auth-token": NO_TOKEN_FLAG,
    password: NO_TOKEN_FLAG,
    local: NO_LOCAL,
  },
  get notes() {
    return [
      "On a terminal it asks for what is missing; the connection that the canvas shows can be pasted " +
      "whole. Elsewhere the token, or the whole connection, comes on stdin:",
      "",
      `  ${ownCommand("auth login --workspace-id ID --platform-url URL < token.txt")}`,
      "",
      "The token is checked against the platform before anything is saved.",
    ];
  },
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
      return error.isInterrupt ? EXIT.interrupted : EXIT.failed;
    }
    throw error;
  }
}

async function logIn(args: Arguments, context: CommandContext): Promise<number> {
  const { terminal, read, profile, signal } = context;
  if (profile === LOCAL_PROFILE) throw new UsageError(NO_LOCAL);
  const found = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  refuseWhatIsWrong(found, profile);
  // What exists already says now whether it can be used: before anybody pastes a token.
  if (found.state && isThere(found.state)) stateDirOf(read, profile);
  const prompts = new Prompts({ signal, columns: terminal.width });
  const saved = savedConnection(read, found);
  const isAgreed = args.isSet("replace");
  const askReplace = replaceQuestion(found, { isAgreed, terminal, prompts });
  const connection = await connectionOf(args, context, prompts, saved, askReplace);
  const typed = checkedConnection(connection);
  await askReplace(typed.workspaceId, typed.platformUrl);
  const { base, exposed } = typed.platformUrl;
  if (exposed && !terminal.isInteractive) {
    terminal.note(`${shownUrl(base)} is plain http://: the token travels unprotected.`);
  }
  const { wanted, check } = await accepted(typed, prompts, context);

  const stateDir = stateDirOf(read, profile);
  const { settingsPath, tokenPath } = await save(stateDir, found, wanted, tryAgain(profile));
  terminal.print(acceptedText(check, wanted));
  terminal.print(`Saved the token: ${tokenPath}`);
  terminal.print(`Saved the settings: ${settingsPath}`);
  const running = await afterLogin(stateDir, profile, wanted.workspaceId);
  for (const line of [...running, ...precedence(read, wanted)]) terminal.note(line);
  noteNext(terminal, await nextClientStep(context));
  return EXIT.ok;
}

/** Whether there is a directory, be it one that must not be used. */
function isThere(state: StateDir): boolean {
  return ("path" in state && !state.isAbsent) ||
    ("problem" in state && state.absent === undefined && state.problem.variable === "CONFIGS_DIR");
}

function refuseWhatIsWrong(
  { environment, file }: FoundStateDir,
  profile: string | undefined,
): void {
  const wrongDir = environment.problems.find(({ variable }) => variable === "CONFIGS_DIR");
  if (wrongDir) throw new LoginEnded(`CONFIGS_DIR: ${wrongDir.message}`);
  const [problem] = file?.problems ?? [];
  if (problem) {
    throw new LoginEnded(
      `${problem.message}.\nNothing was saved: that file has to be right, or removed, first. ` +
        tryAgain(profile),
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
  // Who set no variable does not look for what is wrong with one.
  const isSet = variable !== "CONFIGS_DIR" || readTrimmed(read, variable) !== undefined;
  throw new LoginEnded(isSet ? `${variable}: ${message}` : message);
}

/**
 * Asks the platform, and the person for what is missing or refused.
 *
 * @throws {LoginEnded} that says why it is not accepted
 */
async function accepted(
  typed: Checked,
  prompts: Prompts,
  context: CommandContext,
): Promise<{ wanted: Checked; check: Extract<PlatformCheck, { outcome: "accepted" }> }> {
  const { terminal } = context;
  const again = tryAgain(context.profile);
  let wanted = typed;
  let check = await askPlatform(wanted, context);
  if (check.outcome === "org_wanted" && terminal.isInteractive && wanted.orgId === undefined) {
    wanted = { ...wanted, orgId: await askOrgId(terminal, prompts, check.message, wanted) };
    check = await askPlatform(wanted, context);
  }
  for (let left = MAX_TOKENS; check.outcome === "refused" && terminal.isInteractive; left--) {
    const ended = notAccepted(check, wanted, context);
    if (left === 0) throw ended;
    for (const line of ended.reasons) terminal.note(line);
    const token = await prompts.during(() => askAgain(prompts, wanted.token));
    if (token === undefined) throw new LoginEnded(`nothing was saved. ${again}`, ended.code);
    wanted = { ...wanted, token };
    check = await askPlatform(wanted, context);
  }
  if (check.outcome !== "accepted") throw notAccepted(check, wanted, context);
  return { wanted, check };
}

/** Another token than the refused one; undefined: Enter alone. */
async function askAgain(prompts: Prompts, refused: string): Promise<string | undefined> {
  prompts.note("Enter another token, or press Enter alone to give up.");
  while (true) {
    const token = await askToken(prompts);
    if (token !== refused) return token;
    prompts.note("That is the token that was refused.");
  }
}

async function askPlatform(
  { workspaceId: id, platformUrl, orgId, token }: Checked,
  { terminal, read, signal, profile }: CommandContext,
): Promise<PlatformCheck> {
  if (terminal.isInteractive) terminal.note(`Asking ${shownUrl(platformUrl.origin)} ...`);
  const bypassProxy = goesDirectly(platformUrl, read);
  return await checkPlatform(
    { id, platformUrl, orgId, bypassProxy, token },
    { signal, read, profile, again: ownCommand("auth login") },
  );
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
      prompts.note(sentence(found.problem));
    }
  });
}

async function save(stateDir: string, { file }: FoundStateDir, wanted: Checked, again: string) {
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
    throw new LoginEnded(`${what}\nNothing was saved. ${again}`, EXIT.failed);
  }
}

function acceptedText(
  check: Extract<PlatformCheck, { outcome: "accepted" }>,
  { workspaceId }: Checked,
): string {
  const named = check.name === undefined ? "" : ` "${check.name}"`;
  return `Accepted: workspace${named} (${shownValue(workspaceId)}), ${peersText(check.peers)}`;
}
