import { ownCommand } from "../../cli/own_command.ts";
import { EXIT } from "../../cli/exit_codes.ts";
import { findStateDir } from "../../config/find_state_dir.ts";
import { settingsFrom, type WorkspaceSettings } from "../../config/settings.ts";
import type { SettingsFile } from "../../config/settings_file.ts";
import { formatMode } from "../../lib/files/file_mode.ts";
import { nextClientStep } from "../clients/next_step.ts";
import { checkTokens, exitCodeOf, type PlatformCheck } from "../probe/check_platform.ts";
import { worstOf } from "../probe/outcomes.ts";
import { findServers } from "../status/find_servers.ts";
import type { Place } from "../status/server_report.ts";
import type { Command, CommandContext } from "../support/command.ts";
import { noteNext } from "../support/next_step.ts";
import { otherProfiles, profilesText } from "../support/other_profiles.ts";
import { profileFlag, setUpCommand, typedAs } from "../support/profile_flag.ts";
import { shownUrl, shownValue, withShownUrl } from "../support/shown_value.ts";
import { type FoundTokens, tokensOf } from "../support/tokens_of.ts";
import type { Arguments } from "../support/usage.ts";
import { lengthHint } from "./fields.ts";
import { showProblems, showStatus, sourceOf, type WorkspaceStatus } from "./show_status.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";

/** `auth status`: where each value comes from, and whether the platform takes the token. */
export const status: Command = {
  usage: {
    flags: { json: { type: "boolean", meaning: "write JSON to stdout" } },
    notes: ["Exit code: 0 accepted, 1 not known (no platform answers), 2 not set up, 3 refused."],
  },
  run,
};

/** What a server says of a workspace whose token is not taken. */
const REFUSED: readonly string[] = ["refused", "removed"];

/** A workspace, and what to do about it. */
interface Judged {
  readonly status: WorkspaceStatus;
  /** Undefined where its token is accepted. */
  readonly next: string | undefined;
}

async function run(args: Arguments, context: CommandContext): Promise<number> {
  const { terminal, read, profile } = context;
  const found = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  const { file } = found;
  const result = await settingsFrom(found);
  if ("problems" in result) {
    const problems = result.problems.map(({ variable, message }) =>
      `${typedAs(variable, profile)}: ${message}`
    );
    if (args.isSet("json")) {
      terminal.json({ state_dir: null, workspaces: [], problems, exit_code: EXIT.configuration });
    } else {
      showProblems(result.problems, { ...context, file });
      const isWrong = result.problems.some(({ kind, variable }) =>
        kind === "invalid" && variable !== "--profile"
      );
      const others = await otherProfiles(found, result, profile);
      if (others.length > 0) terminal.note(profilesText(others));
      const [other] = others;
      const doctor = ownCommand(`doctor${profileFlag(profile)}`);
      const begin = other === undefined
        ? setUpCommand(profile)
        : ownCommand(`auth status${profileFlag(other)}`);
      noteNext(terminal, isWrong ? doctor : begin);
    }
    return EXIT.configuration;
  }
  const { settings } = result;
  const place = { profile: profile ?? null, state_dir: settings.stateDir };
  const judged = await Promise.all(settings.workspaces.map(async (workspace) => {
    const manyOf = sourceOf("MOLECULE_WORKSPACES", read, file);
    const tokens = await tokensOf(workspace, settings, manyOf);
    return await statusOf(workspace, tokens, { ...context, file, place });
  }));
  const workspaces = judged.map(({ status }) => status);
  const bases = settings.workspaces.map(({ platformUrl }) => platformUrl.base);
  const notices = result.notices.map((notice) => bases.reduce(withShownUrl, notice));
  const code = worstOf(workspaces.map(({ exit_code }) => exit_code));
  if (args.isSet("json")) {
    const { stateDir } = settings;
    terminal.json({ state_dir: stateDir, workspaces, problems: [], notices, exit_code: code });
    return code;
  }
  for (const [index, workspace] of workspaces.entries()) {
    if (index > 0) terminal.print("");
    showStatus(terminal, workspace);
  }
  for (const notice of notices) terminal.note(notice);
  const first = judged.find(({ status }) => status.exit_code === code && code !== EXIT.ok);
  if (!first) {
    const { servers } = await findServers([place]);
    // What runs with this state directory needs nothing more.
    if (!servers.some(({ running }) => running)) noteNext(terminal, await nextClientStep(context));
    return code;
  }
  // Of several workspaces none can be logged in here: their tokens are where they are listed.
  const isElsewhere = settings.multiWorkspace && first.next?.startsWith(ownCommand("auth login"));
  const next = isElsewhere
    ? `Put a new token into ${sourceOf("MOLECULE_WORKSPACES", read, file)}`
    : first.next;
  if (next !== undefined) noteNext(terminal, next);
  return code;
}

async function statusOf(
  workspace: WorkspaceSettings,
  { candidates, problems }: FoundTokens,
  { read, signal, profile, file, place }: CommandContext & {
    readonly file: SettingsFile | undefined;
    readonly place: Place;
  },
): Promise<Judged> {
  const { id, platformUrl, orgId, bypassProxy } = workspace;
  const source = (name: string) => sourceOf(name, read, file);
  const answers = await checkTokens({ id, platformUrl, orgId, bypassProxy }, candidates, {
    signal,
    read,
    profile,
    isUrlSaved: source("PLATFORM_URL") === file?.path,
    again: ownCommand(`auth status${profileFlag(profile)}`),
  });
  const checks = candidates.flatMap((candidate, index) => {
    const check = answers[index];
    return check ? [{ candidate, check }] : [];
  });
  const accepted = checks.map(({ check }) => check).find(({ outcome }) => outcome === "accepted");
  const [first] = checks;
  const best = accepted ?? first?.check;
  const secrets = candidates.map(({ token }) => token);
  const { base } = platformUrl;
  const org = orgId === undefined ? undefined : shownValue(orgId, secrets);
  const next = best === undefined
    ? setUpCommand(profile)
    : best.outcome === "accepted"
    ? undefined
    : best.next;
  const status: WorkspaceStatus = {
    workspace_id: { value: shownValue(id, secrets), source: source("WORKSPACE_ID") },
    platform_url: { value: shownUrl(base), source: source("PLATFORM_URL") },
    org_id: org === undefined ? null : { value: org, source: source("MOLECULE_ORG_ID") },
    tokens: checks.map(({ candidate: { label, mode, token }, check }) => ({
      source: label,
      mode: mode === undefined ? null : formatMode(mode),
      length: token.length,
      outcome: check.outcome,
      message: messageOf(check, token) ?? null,
      cause: check.outcome === "accepted" ? null : check.cause ?? null,
    })),
    token_problems: problems,
    name: accepted?.outcome === "accepted" ? accepted.name ?? null : null,
    peers: accepted?.outcome === "accepted" ? accepted.peers ?? null : null,
    refused_since: accepted ? null : await refusedSince(place, id) ?? null,
    exit_code: best ? exitCodeOf(best) : EXIT.configuration,
  };
  return { status, next };
}

/** As a running server of this state directory knows it. */
async function refusedSince(place: Place, workspaceId: string): Promise<string | undefined> {
  const { servers } = await findServers([place]);
  return servers.filter(({ running }) => running !== false).flatMap(({ workspaces }) => workspaces)
    .filter(({ id, presence }) => id === workspaceId && REFUSED.includes(presence))
    .map(({ presence_since }) => presence_since).find((since) => since !== null) ?? undefined;
}

function messageOf(check: PlatformCheck, token: string): string | undefined {
  if (check.outcome === "accepted") return undefined;
  const hint = check.outcome === "refused" ? lengthHint(token) : undefined;
  return hint === undefined ? check.message : `${check.message} ${hint}`;
}
