import { ownCommand } from "../../cli/own_command.ts";
import { EXIT } from "../../cli/exit_codes.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import { findStateDir, type FoundStateDir } from "../../config/find_state_dir.ts";
import { SETTINGS_FILE_NAME } from "../../config/settings_file.ts";
import { resolveStateDir, type StateDir } from "../../config/state_dir.ts";
import { PrivateFileError } from "../../lib/files/private_file_error.ts";
import { nextClientStep } from "../clients/next_step.ts";
import type { Command, CommandContext } from "../support/command.ts";
import { PromptCancelled, Prompts } from "../support/prompt.ts";
import { shownUrl, shownValue } from "../support/shown_value.ts";
import { LOCAL_PROFILE } from "../../config/profile.ts";
import { type Arguments, type Usage, UsageError } from "../support/usage.ts";
import { saveLogin } from "../support/write_settings.ts";
import { accepted, type Login } from "./accepted.ts";
import { isSamePlatform, replaceQuestion } from "./ask_replace.ts";
import { afterLogin } from "./running_servers.ts";
import {
  type Checked,
  checkedConnection,
  connectionOf,
  savedConnection,
} from "./given_connection.ts";
import { LoginEnded, tryAgain } from "./login_ended.ts";
import { precedence } from "./precedence.ts";
import { peersText } from "../support/count_text.ts";
import { profileFlag } from "../support/profile_flag.ts";
import { noteNext } from "../support/next_step.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";

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
      "The token is checked against the platform before anything is saved. On a terminal what is wrong " +
      "can be entered again; while the platform is away, all can be saved without the check.",
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
  const { wanted, check } = await accepted(typed, prompts, askReplace, context);

  const stateDir = stateDirOf(read, profile);
  const { settingsPath, tokenPath } = await save(stateDir, found, wanted, tryAgain(profile));
  terminal.print(
    check ? acceptedText(check, wanted) : "Not checked: the platform was not reached.",
  );
  terminal.print(`Saved the token: ${tokenPath}`);
  terminal.print(`Saved the settings: ${settingsPath}`);
  const running = await afterLogin(stateDir, profile, wanted.workspaceId);
  for (const line of [...running, ...precedence(read, wanted)]) terminal.note(line);
  // Whether all that is right has still to be seen.
  const look = ownCommand(`auth status${profileFlag(profile)}`);
  noteNext(terminal, check ? await nextClientStep(context) : look);
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
  check: NonNullable<Login["check"]>,
  { workspaceId }: Checked,
): string {
  const named = check.name === undefined ? "" : ` "${check.name}"`;
  return `Accepted: workspace${named} (${shownValue(workspaceId)}), ${peersText(check.peers)}`;
}
