import { EXIT } from "../../cli/exit_codes.ts";
import { findStateDir } from "../../config/find_state_dir.ts";
import { settingsFrom, type WorkspaceSettings } from "../../config/settings.ts";
import type { Problem } from "../../config/problem.ts";
import { isFromFile, layered, type SettingsFile } from "../../config/settings_file.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import { formatMode, isExposed } from "../../lib/files/file_mode.ts";
import { findServers } from "../status/find_servers.ts";
import type { Place } from "../status/server_report.ts";
import { checkPlatform, exitCodeOf, type PlatformCheck } from "../support/check_platform.ts";
import { shellQuote } from "../../lib/shell_quote.ts";
import type { Command, CommandContext } from "../support/command.ts";
import { isAbout, shownUrl, shownValue, withShownUrl } from "../support/shown_value.ts";
import type { Mark, Terminal } from "../support/terminal.ts";
import type { Arguments } from "../support/usage.ts";
import { columnsOf, wrap } from "../support/wrap.ts";
import { lengthHint } from "./fields.ts";
import { type FoundTokens, tokensOf } from "../support/tokens_of.ts";
import { peersText } from "../support/count_text.ts";
import { profileFlag } from "../support/profile_flag.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";

/** `auth status`: where each value comes from, and whether the platform takes the token. */
export const status: Command = {
  usage: {
    flags: { json: { type: "boolean", meaning: "write JSON to stdout" } },
    notes: ["Exit code: 0 accepted, 1 not known (no answer), 2 not set up, 3 refused."],
  },
  run,
};

/** What a server says of a workspace whose token is not taken. */
const REFUSED: readonly string[] = ["refused", "removed"];
const TOKEN = "MOLECULE_WORKSPACE_TOKEN";
const PLATFORM = "PLATFORM_URL";
const NEEDED = [["workspace", "WORKSPACE_ID"], ["platform", PLATFORM], ["token", TOKEN]] as const;

/** A value and where it comes from. */
interface Sourced {
  readonly value: string;
  /** The name of a variable, or the path of settings.json. */
  readonly source: string;
}

/** One workspace, as `--json` shows it. */
interface WorkspaceStatus {
  readonly workspace_id: Sourced;
  readonly platform_url: Sourced;
  readonly org_id: Sourced | null;
  readonly tokens: readonly TokenStatus[];
  /** What is wrong with a place where a token might be. */
  readonly token_problems: readonly string[];
  readonly name: string | null;
  readonly peers: number | null;
  /** When the running server was first refused, where one knows (RFC 3339). */
  readonly refused_since: string | null;
  readonly exit_code: number;
}

/** One token, in the order in which the server tries them. */
interface TokenStatus {
  readonly source: string;
  /** As in `0600`; null where there is no file, or files have no modes. */
  readonly mode: string | null;
  readonly length: number;
  readonly outcome: PlatformCheck["outcome"];
  readonly message: string | null;
}

async function run(args: Arguments, context: CommandContext): Promise<number> {
  const { terminal, read, profile } = context;
  const found = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  const { file } = found;
  const result = await settingsFrom(found);
  if ("problems" in result) {
    const problems = result.problems.map(({ variable, message }) => `${variable}: ${message}`);
    if (args.isSet("json")) {
      terminal.json({ state_dir: null, workspaces: [], problems, exit_code: EXIT.configuration });
    } else {
      showProblems(result.problems, { ...context, file });
      const isWrong = result.problems.some(({ kind, variable }) =>
        kind === "invalid" && variable !== "--profile"
      );
      const next = nextStep(isWrong ? EXIT.failed : EXIT.configuration, profile);
      terminal.note(`Next:\n  ${next}`);
    }
    return EXIT.configuration;
  }
  const { settings } = result;
  const place = { profile: profile ?? null, state_dir: settings.stateDir };
  const workspaces = await Promise.all(settings.workspaces.map(async (workspace) => {
    const manyOf = sourceOf("MOLECULE_WORKSPACES", read, file);
    const tokens = await tokensOf(workspace, settings, manyOf);
    return await statusOf(workspace, tokens, { ...context, file, place });
  }));
  const bases = settings.workspaces.map(({ platformUrl }) => platformUrl.base);
  const notices = result.notices.map((notice) => bases.reduce(withShownUrl, notice));
  const code = worst(workspaces.map(({ exit_code }) => exit_code));
  if (args.isSet("json")) {
    const { stateDir } = settings;
    terminal.json({ state_dir: stateDir, workspaces, problems: [], notices, exit_code: code });
    return code;
  }
  for (const [index, workspace] of workspaces.entries()) {
    if (index > 0) terminal.print("");
    show(terminal, workspace);
  }
  for (const notice of notices) terminal.note(notice);
  // Of several workspaces none can be logged in here: their tokens are where they are listed.
  const step = settings.multiWorkspace && code !== EXIT.ok ? EXIT.failed : code;
  terminal.note(`Next:\n  ${nextStep(step, profile)}`);
  return code;
}

async function statusOf(
  workspace: WorkspaceSettings,
  { candidates, problems }: FoundTokens,
  { read, signal, file, place }: CommandContext & {
    readonly file: SettingsFile | undefined;
    readonly place: Place;
  },
): Promise<WorkspaceStatus> {
  const { id, platformUrl, orgId, bypassProxy } = workspace;
  const checks = await Promise.all(candidates.map(async (candidate) => {
    const { token } = candidate;
    const check = await checkPlatform({ id, platformUrl, orgId, bypassProxy, token }, { signal });
    return { candidate, check };
  }));
  const accepted = checks.map(({ check }) => check).find(({ outcome }) => outcome === "accepted");
  const [first] = checks;
  const best = accepted ?? first?.check;
  const source = (name: string) => sourceOf(name, read, file);
  const secrets = candidates.map(({ token }) => token);
  const { base } = platformUrl;
  const org = orgId === undefined ? undefined : shownValue(orgId, secrets);
  return {
    workspace_id: { value: shownValue(id, secrets), source: source("WORKSPACE_ID") },
    platform_url: { value: shownUrl(base), source: source(PLATFORM) },
    org_id: org === undefined ? null : { value: org, source: source("MOLECULE_ORG_ID") },
    tokens: checks.map(({ candidate: { label, mode, token }, check }) => ({
      source: label,
      mode: mode === undefined ? null : formatMode(mode),
      length: token.length,
      outcome: check.outcome,
      message: messageOf(check, token, base) ?? null,
    })),
    token_problems: problems,
    name: accepted?.outcome === "accepted" ? accepted.name ?? null : null,
    peers: accepted?.outcome === "accepted" ? accepted.peers ?? null : null,
    refused_since: accepted ? null : await refusedSince(place, id) ?? null,
    exit_code: best ? exitCodeOf(best) : EXIT.configuration,
  };
}

/** As a running server of this state directory knows it. */
async function refusedSince(place: Place, workspaceId: string): Promise<string | undefined> {
  const { servers } = await findServers([place]);
  return servers.filter(({ running }) => running !== false).flatMap(({ workspaces }) => workspaces)
    .filter(({ id, presence }) => id === workspaceId && REFUSED.includes(presence))
    .map(({ presence_since }) => presence_since).find((since) => since !== null) ?? undefined;
}

function sourceOf(name: string, read: ReadVariable, file: SettingsFile | undefined): string {
  if (file && isFromFile(name, read, file)) return file.path;
  if (name !== "MOLECULE_WORKSPACES" && (file && isFromFile("MOLECULE_WORKSPACES", read, file))) {
    return file.path;
  }
  const set = [name, "MOLECULE_ORGANIZATION_ID", "MOLECULE_WORKSPACES"]
    .find((each) => read(each) !== undefined);
  return set ?? name;
}

function messageOf(check: PlatformCheck, token: string, base: string): string | undefined {
  if (check.outcome === "accepted") return undefined;
  const message = withShownUrl(check.message, base);
  const hint = check.outcome === "refused" ? lengthHint(token) : undefined;
  return hint === undefined ? message : `${message} ${hint}`;
}

function show(terminal: Terminal, workspace: WorkspaceStatus): void {
  const line = lineTo(terminal);
  const { workspace_id, platform_url, org_id, tokens, token_problems, peers } = workspace;
  line("ok", "workspace", `${workspace_id.value}, from ${workspace_id.source}`);
  line("ok", "platform", `${platform_url.value}, from ${platform_url.source}`);
  if (org_id) line("ok", "organisation", `${org_id.value}, from ${org_id.source}`);
  for (const problem of token_problems) line("warn", "token", problem);
  const accepted = tokens.findIndex(({ outcome }) => outcome === "accepted");
  for (const [index, { source, mode, length, outcome, message }] of tokens.entries()) {
    const exposed = isExposed(mode === null ? undefined : parseInt(mode, 8));
    const details = [`${length} characters`, ...(mode === null ? [] : [`mode ${mode}`])];
    line(exposed ? "warn" : "ok", "token", `${source} (${details.join(", ")})`);
    if (exposed) {
      terminal.note(`Others on this machine may read it. Run: chmod 600 ${shellQuote(source)}`);
    }
    if (message !== null) {
      // Another token is taken in its place.
      line(accepted === -1 ? "fail" : "warn", outcome.replace("_", " "), message);
    } else if (index === accepted) {
      const named = workspace.name === null ? "" : `as "${workspace.name}", `;
      line("ok", "accepted", `${named}${peersText(peers)}`);
    } else line("ok", "accepted", "too");
  }
  if (workspace.refused_since !== null) line("fail", "refused", `since ${workspace.refused_since}`);
}

/** What is known, what is not set, and what is wrong. */
function showProblems(
  problems: readonly Problem[],
  { terminal, read, file }: CommandContext & { readonly file: SettingsFile | undefined },
): void {
  const line = lineTo(terminal);
  // A file that cannot be understood may hold what seems not to be set.
  const isUnread = (file?.problems.length ?? 0) > 0;
  for (const [what, name] of NEEDED) {
    const problem = problems.find((problem) => isAbout(problem, name));
    const value = readTrimmed(layered(read, file), name);
    if (problem?.kind === "missing" && !isUnread) line("fail", what, "not set");
    else if (!problem && value !== undefined && name !== TOKEN) {
      const shown = name === PLATFORM ? shownUrl(value) : shownValue(value);
      line("ok", what, `${shown}, from ${sourceOf(name, read, file)}`);
    }
  }
  for (const { kind, variable, message } of problems) {
    if (kind === "invalid") line("fail", `${variable}:`, message);
  }
}

function lineTo(terminal: Terminal) {
  return (mark: Mark, what: string, text: string) => {
    const begin = `${what.padEnd(12)} `;
    const sign = `${terminal.mark(mark)} `;
    const taken = columnsOf(sign);
    const indent = " ".repeat(taken + begin.length);
    terminal.print(sign + wrap(begin + text, terminal.width, indent, taken));
  };
}

function nextStep(code: number, profile: string | undefined): string {
  const suffix = profileFlag(profile);
  if (code === EXIT.ok) return `molecule-mcp install claude-code${suffix}`;
  return code === EXIT.failed ? `molecule-mcp doctor${suffix}` : `molecule-mcp auth login${suffix}`;
}

/** What most needs a person: the settings, then a refusal, then what may pass by itself. */
function worst(codes: readonly number[]): number {
  return [EXIT.configuration, EXIT.refused, EXIT.failed].find((code) => codes.includes(code)) ??
    EXIT.ok;
}
