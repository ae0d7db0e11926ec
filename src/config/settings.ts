import { type AttachRoots, parseAttachRoots } from "./attach_roots.ts";
import { checkEnvironment } from "./checked_environment.ts";
import { type DelegationSettings, parseDelegation } from "./delegation.ts";
import { readTrimmed, type ReadVariable } from "./environment.ts";
import { numberOr } from "./numbers.ts";
import { holdsToken, isLikeToken, likeTokenFault } from "./like_token.ts";
import { boundedInteger } from "../lib/bounded_integer.ts";
import { parseOrgId } from "./org_id.ts";
import { homeDirectory } from "./paths.ts";
import { parsePlatformUrl, type PlatformUrl } from "./platform_url.ts";
import { invalid, type Problem } from "./problem.ts";
import { bypassesProxy, parseProxy } from "./proxy.ts";
import { runtimeIdentity } from "./runtime_identity.ts";
import { quoteValue } from "./quote_value.ts";
import { connectionOf, inTermsOfFile, layered, type SettingsFileName } from "./settings_file.ts";
import {
  findStateDir,
  type FoundStateDir,
  ownerOfFiles,
  type SettingsOptions,
} from "./find_state_dir.ts";
import { CONTAINER_DIR } from "./state_dir.ts";
import { findToken } from "./check_token.ts";
import { isWorkspaceId } from "./workspace_id.ts";
import { parseWorkspaces } from "./workspaces.ts";

export type { DelegationSettings } from "./delegation.ts";

/** One workspace as configured. */
export interface WorkspaceSettings {
  readonly id: string;
  readonly platformUrl: PlatformUrl;
  /** Follows the names of its token's and secret's files where these are another workspace's. */
  readonly fileSuffix?: string;
  /** The organisation header's value; never sent to a platform of the entry's own. */
  readonly orgId?: string;
  /** Call the platform without the proxy that the environment may name. */
  readonly bypassProxy?: boolean;
  /** The token as given in the environment. */
  readonly inlineToken?: string;
  /** The file that MOLECULE_WORKSPACE_TOKEN_FILE names. */
  readonly tokenFile?: string;
}

/** Everything the environment says, validated once (tests/README.md, "Environment variables"). */
export interface Settings {
  /** At least one; the first is the primary workspace. */
  readonly workspaces: readonly [WorkspaceSettings, ...WorkspaceSettings[]];
  /** Given by MOLECULE_WORKSPACES: messages then name the workspace they arrived at. */
  readonly multiWorkspace: boolean;
  readonly stateDir: string;
  /** What `connectionOf` said of the settings file when it was read; absent without one. */
  readonly savedConnection?: string;
  /** Which file that was. */
  readonly settingsFileName?: SettingsFileName;
  /** Absolute; for `~` in paths that the agent names. */
  readonly homeDir?: string;
  readonly agentCard: {
    readonly name?: string;
    readonly description?: string;
    readonly skills: readonly { readonly name: string }[];
  };
  readonly instructionsPollTimeoutSecs: number;
  readonly verbose: boolean;
  readonly heartbeatEnabled: boolean;
  readonly inboxEnabled: boolean;
  readonly delegation: DelegationSettings;
  readonly attachRoots: AttachRoots;
  /** Where config.yaml may be; on Windows only one that is set by name. */
  readonly policyDir?: string;
  readonly fallbackTier: number;
  /** What get_runtime_identity shows. */
  readonly runtimeIdentity: Readonly<Record<string, string>>;
}

/** Settings with lines worth reporting at start, or all problems together. */
export type SettingsResult =
  | { readonly settings: Settings; readonly notices: readonly string[] }
  | { readonly problems: readonly Problem[] };

/**
 * Parses the environment and, for what it does not say, the settings file of the state directory
 * into Settings, reporting every problem at once.
 *
 * @param read how to read a variable; `Deno.env.get` in the program
 */
export async function parseSettings(
  read: ReadVariable,
  options: SettingsOptions = {},
): Promise<SettingsResult> {
  return await settingsFrom(await findStateDir(read, options));
}

/** The same, where the state directory has been looked for. */
export async function settingsFrom(
  { read, state, isMeant, file, ...found }: FoundStateDir,
): Promise<SettingsResult> {
  // Everything else that is wrong might only follow from that.
  if (state && "problem" in state && state.problem.variable === "--profile") {
    return { problems: [state.problem] };
  }
  const environment = file ? checkEnvironment(layered(read, file)) : found.environment;
  const value = (name: string) => readTrimmed(environment.read, name);
  const notices: string[] = [...environment.notices, ...file?.notices ?? []];
  const problems: Problem[] = [...environment.problems, ...file?.problems ?? []];

  const multi = value("MOLECULE_WORKSPACES");
  const id = multi === undefined ? parseWorkspaceId(value("WORKSPACE_ID"), problems) : undefined;
  const platformUrl = platformUrlOf(value("PLATFORM_URL"), problems);
  const orgId = parseOrgId(value, notices, problems);
  problems.push(...cardProblems(value));
  const proxy = parseProxy(value);
  const bypass = (url: PlatformUrl) => bypassesProxy(url, proxy) || undefined;

  if (state && "problem" in state && isMeant) problems.push(state.problem);
  if (state && "notices" in state) notices.push(...state.notices);
  const stateDir = state && "path" in state ? state.path : undefined;

  const workspaces: WorkspaceSettings[] = [];
  if (multi === undefined) {
    const owner = ownerOfFiles(read, file);
    const fileSuffix = owner === undefined || owner === id ? undefined : `_${id}`;
    const token = await findToken(value, stateDir, fileSuffix);
    problems.push(...token.problems);
    if (id !== undefined && platformUrl) {
      workspaces.push({
        id,
        platformUrl,
        ...optional({ fileSuffix, orgId, bypassProxy: bypass(platformUrl), ...token.settings }),
      });
    }
  } else {
    const parsed = parseWorkspaces(multi);
    problems.push(...parsed.problems);
    noticeIgnored(value, notices);
    for (const entry of parsed.entries) {
      const url = entry.platformUrl ?? platformUrl;
      if (!url) continue; // PLATFORM_URL itself is already among the problems.
      workspaces.push({
        id: entry.id,
        platformUrl: url,
        fileSuffix: `_${entry.id}`,
        inlineToken: entry.token,
        ...optional({ orgId: entry.platformUrl ? undefined : orgId, bypassProxy: bypass(url) }),
      });
    }
  }

  const [primary, ...others] = workspaces;
  if (problems.length > 0 || !primary || stateDir === undefined) {
    const named = file ? problems.map((problem) => inTermsOfFile(problem, read, file)) : problems;
    return { problems: environment.withoutConsequences(named) };
  }
  noticeExposed(workspaces, notices);
  return {
    notices,
    settings: {
      workspaces: [primary, ...others],
      multiWorkspace: multi !== undefined,
      stateDir,
      ...optional({
        savedConnection: file && connectionOf(file),
        settingsFileName: file?.name,
        homeDir: homeDirectory(read),
      }),
      agentCard: {
        ...optional({
          name: value("MOLECULE_AGENT_NAME"),
          description: value("MOLECULE_AGENT_DESCRIPTION"),
        }),
        skills: (value("MOLECULE_AGENT_SKILLS") ?? "").split(",").map((name) => name.trim())
          .filter((name) => name !== "").map((name) => ({ name })),
      },
      instructionsPollTimeoutSecs: pollTimeoutSecs(value("MOLECULE_MCP_POLL_TIMEOUT_SECS")),
      verbose: value("MOLECULE_MCP_VERBOSE") !== undefined,
      heartbeatEnabled: value("MOLECULE_MCP_DISABLE_HEARTBEAT") === undefined,
      inboxEnabled: value("MOLECULE_MCP_DISABLE_INBOX") === undefined,
      delegation: parseDelegation(value, notices),
      attachRoots: parseAttachRoots(value, notices),
      ...optional({ policyDir: value("WORKSPACE_CONFIG_PATH") ?? CONTAINER_DIR }),
      fallbackTier: numberOr(value, "WORKSPACE_TIER", 1, { integer: true, min: 0 }, notices),
      runtimeIdentity: runtimeIdentity(value, primary.id),
    },
  };
}

function platformUrlOf(text: string | undefined, problems: Problem[]): PlatformUrl | undefined {
  if (text === undefined) {
    problems.push({ variable: "PLATFORM_URL", kind: "missing", message: "not set" });
    return undefined;
  }
  const parsed = parsePlatformUrl(text);
  if (!("problem" in parsed)) return parsed;
  problems.push(invalid("PLATFORM_URL", parsed.problem));
  return undefined;
}

function parseWorkspaceId(text: string | undefined, problems: Problem[]): string | undefined {
  if (text === undefined) {
    problems.push({ variable: "WORKSPACE_ID", kind: "missing", message: "not set" });
    return undefined;
  }
  if (isWorkspaceId(text) && !isLikeToken(text)) return text;
  problems.push(invalid(
    "WORKSPACE_ID",
    (isLikeToken(text)
      ? likeTokenFault(text)
      : `expected 1-128 lower-case letters, digits and hyphens, got ${quoteValue(text)}`) +
      "; copy the id from the canvas",
  ));
  return undefined;
}

/** Everybody sees the agent card. */
function cardProblems(value: (name: string) => string | undefined): Problem[] {
  return ["MOLECULE_AGENT_NAME", "MOLECULE_AGENT_DESCRIPTION"]
    .filter((name) => holdsToken(value(name) ?? ""))
    .map((name) => invalid(name, "there is a token in it (not shown), which every peer would see"));
}

function noticeIgnored(value: (name: string) => string | undefined, notices: string[]): void {
  const ignored = ["WORKSPACE_ID", "MOLECULE_WORKSPACE_TOKEN", "MOLECULE_WORKSPACE_TOKEN_FILE"]
    .filter((name) => value(name) !== undefined);
  if (ignored.length > 0) {
    notices.push(`MOLECULE_WORKSPACES is set: ignoring ${ignored.join(", ")}`);
  }
}

/** One line a platform, however many workspaces it has. */
function noticeExposed(workspaces: readonly WorkspaceSettings[], notices: string[]): void {
  const exposed = workspaces.filter(({ platformUrl }) => platformUrl.exposed);
  for (const base of new Set(exposed.map(({ platformUrl }) => platformUrl.base))) {
    notices.push(`${base} is plain http://: the token travels unprotected on that network`);
  }
}

/** Default 2, at most 60; anything but a whole number from 0 counts as unset. */
function pollTimeoutSecs(text: string | undefined): number {
  return /^\d+$/.test(text ?? "") ? boundedInteger(Number(text), { min: 0, max: 60 }) ?? 2 : 2;
}

/** Drops the keys whose value is undefined. */
function optional<T extends Record<string, unknown>>(
  record: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(record).filter(([, v]) => v !== undefined),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}
