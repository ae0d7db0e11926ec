import { join } from "@std/path";
import { checkEnvironment } from "../../config/checked_environment.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import { findStateDir, ownerOfFiles } from "../../config/find_state_dir.ts";
import { homeDirectory, isFullPath } from "../../config/paths.ts";
import { parsePlatformUrl, type PlatformUrl } from "../../config/platform_url.ts";
import { invalid, type Problem } from "../../config/problem.ts";
import { bypassesProxy, parseProxy } from "../../config/proxy.ts";
import { settingsFrom } from "../../config/settings.ts";
import { isFromFile, layered, type SettingsFile } from "../../config/settings_file.ts";
import { profileDir } from "../../config/profile.ts";
import { CONTAINER_DIR } from "../../config/state_dir.ts";
import { TOKEN_FILE_NAME } from "../../config/token_file.ts";
import { isWorkspaceId } from "../../config/workspace_id.ts";
import { parseWorkspaces } from "../../config/workspaces.ts";
import { parseOrgId } from "../../config/org_id.ts";
import type { Target } from "../probe/target.ts";
import { otherProfiles } from "../support/other_profiles.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";

/** Where one workspace's token may be. */
export interface TokenPlaces {
  /** Of the workspace, where there are several. */
  readonly id?: string;
  /** Where it is saved; undefined where the state directory is not known. */
  readonly savedPath?: string;
  readonly inline?: { readonly name: string; readonly text: string };
  readonly tokenFilePath?: string;
}

/** Where the state is kept. */
export interface StatePlace {
  readonly path: string;
  /** What chose it. */
  readonly tier: "CONFIGS_DIR" | "container" | "home";
}

/** Everything that the settings say, right or wrong, read once. */
export interface Setup {
  readonly read: ReadVariable;
  readonly profile?: string;
  /** Whether anybody meant this program to be set up. */
  readonly isMeant: boolean;
  readonly state?: StatePlace;
  readonly file?: SettingsFile;
  /** What the environment says or, where it is silent, the file; wrong values read as unset. */
  readonly value: (name: string) => string | undefined;
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
  readonly targets: readonly Target[];
  readonly tokens: readonly TokenPlaces[];
  /** Those that are set up where nothing else is, and none was named. */
  readonly otherProfiles: readonly string[];
  /** Whether MOLECULE_WORKSPACES names the workspaces. */
  readonly isMulti: boolean;
}

/** Reads the settings as the server does, and goes on where the server would give up. */
export async function readSetup(
  read: ReadVariable,
  { profile, containerDir = CONTAINER_DIR }: {
    readonly profile?: string;
    readonly containerDir?: string;
  },
): Promise<Setup> {
  const options = { profile, containerDir, onlyLook: lookAtDirectory };
  const found = await findStateDir(read, options);
  const result = await settingsFrom(found);
  const { file } = found;
  const environment = file ? checkEnvironment(layered(read, file)) : found.environment;
  const value = (name: string) => readTrimmed(environment.read, name);
  const inContainer = containerDir !== undefined && found.state &&
    "path" in found.state && found.state.path.startsWith(containerDir);
  const place = found.environment.isWrong("CONFIGS_DIR")
    ? undefined
    : statePlace(value, read, inContainer ? containerDir : undefined);
  const isProfileWrong = found.state && "problem" in found.state &&
    found.state.problem.variable === "--profile";
  const state = place && profile !== undefined
    ? { ...place, path: profileDir(place.path, profile) }
    : place;
  const multi = value("MOLECULE_WORKSPACES");
  const problems = "problems" in result ? [...result.problems] : [];
  if (isProfileWrong && !problems.some(({ variable }) => variable === "--profile")) {
    problems.push(found.state.problem);
  }
  const settings: Setup = {
    read,
    isMeant: found.isMeant,
    ...(profile !== undefined && { profile }),
    ...(state && !isProfileWrong && { state }),
    ...(file && { file }),
    value,
    problems,
    notices: "settings" in result
      ? result.notices
      : [...environment.notices, ...file?.notices ?? []],
    otherProfiles: await otherProfiles(found, result, profile),
    isMulti: multi !== undefined,
    targets: [],
    tokens: [],
  };
  if (isProfileWrong) return settings;
  return { ...settings, ...workspacesOf(settings, multi, ownerOfFiles(read, file)) };
}

/** The directory that the program would use, whether or not it can. */
function statePlace(
  value: (name: string) => string | undefined,
  read: ReadVariable,
  container: string | undefined,
): StatePlace | undefined {
  const configured = value("CONFIGS_DIR");
  if (configured !== undefined) return { path: configured, tier: "CONFIGS_DIR" };
  if (container !== undefined) return { path: container, tier: "container" };
  const home = homeDirectory(read);
  if (home === undefined || !isFullPath(home)) return undefined;
  return { path: join(home, ".molecule-workspace"), tier: "home" };
}

function workspacesOf(
  { value, state, file, read, profile }: Setup,
  multi: string | undefined,
  owner: string | undefined,
): Pick<Setup, "targets" | "tokens"> {
  const proxy = parseProxy(value);
  const orgId = parseOrgId(value);
  const urlText = value("PLATFORM_URL");
  const parsed = urlText === undefined ? invalid("", "") : parsePlatformUrl(urlText);
  const common = "base" in parsed ? parsed : undefined;
  const isSaved = (name: string) => file !== undefined && isFromFile(name, read, file);
  const target = (id: string | undefined, url: PlatformUrl, own = false): Target => ({
    ...(id !== undefined && { id }),
    url,
    ...(orgId !== undefined && !own && { orgId }),
    isUrlSaved: isSaved(own ? "MOLECULE_WORKSPACES" : "PLATFORM_URL"),
    ...(profile !== undefined && { profile }),
    bypassProxy: bypassesProxy(url, proxy),
  });
  const saved = (suffix: string) =>
    state === undefined ? {} : { savedPath: join(state.path, TOKEN_FILE_NAME + suffix) };
  if (multi === undefined) {
    const text = value("WORKSPACE_ID");
    const id = text !== undefined && isWorkspaceId(text) ? text : undefined;
    const inline = value("MOLECULE_WORKSPACE_TOKEN");
    const tokenFilePath = value("MOLECULE_WORKSPACE_TOKEN_FILE");
    return {
      targets: common ? [target(id, common)] : [],
      tokens: [{
        ...saved(owner === undefined || owner === id ? "" : `_${id}`),
        ...(inline !== undefined && { inline: { name: "MOLECULE_WORKSPACE_TOKEN", text: inline } }),
        ...(tokenFilePath !== undefined && { tokenFilePath }),
      }],
    };
  }
  const targets: Target[] = [];
  const tokens: TokenPlaces[] = [];
  for (const { id, token, platformUrl } of parseWorkspaces(multi).entries) {
    const url = platformUrl ?? common;
    if (!url) continue;
    targets.push(target(id, url, platformUrl !== undefined));
    tokens.push({
      id,
      ...saved(`_${id}`),
      inline: { name: "MOLECULE_WORKSPACES", text: token },
    });
  }
  return { targets, tokens };
}
