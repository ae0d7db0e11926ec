import { join } from "@std/path";
import { readTrimmed, type ReadVariable } from "./environment.ts";
import { jsonPosition } from "./json_position.ts";
import { invalid, type Problem } from "./problem.ts";
import { decodeText } from "../lib/decode_text.ts";
import { closeCommand, exposedAdvice, formatMode, isExposed } from "../lib/files/file_mode.ts";
import { PrivateFileError } from "../lib/files/private_file_error.ts";
import { readRegularFile, type RegularFile } from "../lib/files/regular_file.ts";
import { isObject } from "../lib/json.ts";

/** Its name in the state directory. */
export const SETTINGS_FILE_NAME = "settings.json";
/** The format that this program writes and the newest that it understands. */
export const SETTINGS_VERSION = 1;

/** What `molecule-mcp local` writes into its own state directory: it has a few keys more. */
export const CONNECTION_FILE_NAME = "connection.json";
const CONNECTION_KEYS = ["token", "pid", "started_at"];

/** Each key of the file, and the variable that takes precedence over it. */
export const SETTINGS_KEYS: Readonly<Record<string, string>> = {
  workspace_id: "WORKSPACE_ID",
  platform_url: "PLATFORM_URL",
  org_id: "MOLECULE_ORG_ID",
  agent_name: "MOLECULE_AGENT_NAME",
  agent_description: "MOLECULE_AGENT_DESCRIPTION",
  workspaces: "MOLECULE_WORKSPACES",
};

const MAX_BYTES = 256 * 1024;
const ROOT_UID = 0;
const WORLD_WRITABLE = 0o002;
const VERSION_KEY = "version";

/** Which of the two files. */
export type SettingsFileName = typeof SETTINGS_FILE_NAME | typeof CONNECTION_FILE_NAME;

/** What the settings file says, in the environment's terms. */
export interface SettingsFile {
  readonly path: string;
  readonly name: SettingsFileName;
  /** By the name of the variable; blank ones are left out. */
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/**
 * Reads `settings.json` of a state directory (README.md, "Settings"). One that belongs to somebody
 * else, or that everybody may write to, is refused: it says where the token is sent.
 *
 * @param uid as whom this process creates files there, where there are owners
 * @param name in the directory of the local platform: `connection.json`
 * @returns `undefined` when there is none. Never throws for what is wrong with it
 */
export async function readSettingsFile(
  stateDir: string,
  uid?: number,
  name: SettingsFileName = SETTINGS_FILE_NAME,
): Promise<SettingsFile | undefined> {
  const path = join(stateDir, name);
  const failed = (...messages: string[]): SettingsFile => ({
    path,
    name,
    values: new Map(),
    problems: messages.map((message) => invalid(name, message)),
    notices: [],
  });
  let file;
  try {
    file = await readRegularFile(path, { followLinks: true, maxBytes: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    return failed(error.message.replace(/\.$/, ""));
  }
  if (!file) return undefined;
  const foreign = foreignFault(path, file, uid);
  if (foreign !== undefined) return failed(`${path} ${foreign}`);
  // The mark is no JSON; all else stays where a problem says that it is.
  const text = decodeText(file.bytes)?.replace(/^\ufeff/, "");
  if (text === undefined) return failed(`Cannot read ${path}: expected UTF-8 text`);
  if (text.trim() === "") return { path, name, values: new Map(), problems: [], notices: [] };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failed(`${path} is not valid JSON${jsonPosition(error)}`);
  }
  if (!isObject(json)) return failed(`${path} must hold one object; expected ${shape()}`);
  const version = json[VERSION_KEY];
  if (typeof version === "number" && version > SETTINGS_VERSION) {
    return failed(
      `${path} was written by a newer molecule-mcp (format ${version}, this one knows ` +
        `${SETTINGS_VERSION}); nothing was changed. Install the newest one`,
    );
  }
  const { values, messages } = valuesOf(
    json,
    path,
    name === CONNECTION_FILE_NAME ? CONNECTION_KEYS : [],
  );
  if (messages.length > 0) return failed(...messages);
  const notices = values.has("MOLECULE_WORKSPACES") && isExposed(file.mode)
    ? [
      `The tokens in ${path} are used, but ${exposedAdvice(path, file.mode)}`,
    ]
    : [];
  return { path, name, values, problems: [], notices };
}

/** Which workspace on which platform the saved token is for; the same text for the same ones. */
export function connectionOf({ values }: SettingsFile): string {
  return JSON.stringify(["WORKSPACE_ID", "PLATFORM_URL"].map((name) => values.get(name) ?? null));
}

/** Why a file that says where to send the token is not believed. */
function foreignFault(
  path: string,
  { uid: owner, mode = 0 }: RegularFile,
  uid: number | undefined,
): string | undefined {
  if (uid === undefined || owner === undefined) return undefined;
  if (owner !== uid && owner !== ROOT_UID) {
    return `belongs to another user (uid ${owner}, this program runs as uid ${uid}), who could ` +
      "have the token sent elsewhere. Look at it, remove it, then log in again (auth login)";
  }
  return (mode & WORLD_WRITABLE) === 0
    ? undefined
    : `could be written by everybody (mode ${
      formatMode(mode)
    }), and says where the token is sent. Look at it. ${closeCommand(path)}`;
}

/** What the environment says or, where it is silent, the file. */
export function layered(read: ReadVariable, file: SettingsFile | undefined): ReadVariable {
  if (!file) return read;
  return (name) => isFromFile(name, read, file) ? file.values.get(name) : read(name);
}

/** Whether a variable's value comes from the file. */
export function isFromFile(name: string, read: ReadVariable, file: SettingsFile): boolean {
  if (!file.values.has(name)) return false;
  const set = (other: string) => readTrimmed(read, other) !== undefined;
  // The other names for the same thing, and the choice between one workspace and several.
  if (name === "MOLECULE_ORG_ID" && set("MOLECULE_ORGANIZATION_ID")) return false;
  if (name === "MOLECULE_WORKSPACES" && set("WORKSPACE_ID")) return false;
  return !set(name);
}

/** A problem of a value that the file gave, as one of the file. */
export function inTermsOfFile(problem: Problem, read: ReadVariable, file: SettingsFile): Problem {
  if (!isFromFile(problem.variable, read, file)) return problem;
  const key = Object.keys(SETTINGS_KEYS).find((key) => SETTINGS_KEYS[key] === problem.variable);
  const [variable, message] = key === "workspaces"
    ? [file.path, problem.message.replaceAll("MOLECULE_WORKSPACES", "workspaces")]
    : [`${key} in ${file.path}`, problem.message];
  return { ...problem, variable, message };
}

function valuesOf(
  json: Readonly<Record<string, unknown>>,
  path: string,
  others: readonly string[],
): { values: Map<string, string>; messages: string[] } {
  const values = new Map<string, string>();
  const messages: string[] = [];
  for (const [key, value] of Object.entries(json)) {
    if (key === VERSION_KEY || others.includes(key)) continue;
    const name = Object.hasOwn(SETTINGS_KEYS, key) ? SETTINGS_KEYS[key] : undefined;
    if (name === undefined) {
      // An odd key may be a secret.
      const named = /^[A-Za-z_-]{1,24}$/.test(key) ? ` ${JSON.stringify(key)}` : "";
      messages.push(`unknown key${named} in ${path}; expected ${shape()}`);
    } else if (value === null || value === "") continue;
    else if (key === "workspaces" && Array.isArray(value)) values.set(name, JSON.stringify(value));
    else if (key !== "workspaces" && typeof value === "string") {
      if (value.trim() !== "") values.set(name, value.trim());
    } else {
      const expected = key === "workspaces" ? "an array" : "a text";
      messages.push(`${JSON.stringify(key)} in ${path} must be ${expected}`);
    }
  }
  if (values.has("WORKSPACE_ID") && values.has("MOLECULE_WORKSPACES")) {
    messages.push(`${path} has both "workspace_id" and "workspaces": keep one of them`);
  }
  return { values, messages };
}

function shape(): string {
  return Object.keys(SETTINGS_KEYS).join(", ");
}
