import type { ReadVariable } from "../../config/environment.ts";
import { field, type JsonObject } from "../../lib/json.ts";
import type { Format, KeyPath } from "../edit/format.ts";

/** What the answers depend on: the system, and the person on it. */
export interface Machine {
  readonly os: "linux" | "darwin" | "windows";
  readonly read: ReadVariable;
  /** The working directory. */
  readonly cwd: string;
}

/** Where a server holds: for a person, or for everybody in one folder. */
export type Scope = "user" | "project";

/** How a program is started: what a client's entry says. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/** One MCP client. */
export interface Client {
  /** As typed. */
  readonly id: string;
  readonly name: string;
  /** Its program, by which it is found on PATH. */
  readonly program?: string;
  /** What it keeps its servers in; absent: this program prints what to paste instead of editing. */
  readonly format?: Format;
  /** Where the entry goes in a file that holds this. */
  entryPath(config: unknown, name: string): KeyPath;
  entry(launch: Launch): JsonObject;
  /** The counterpart of `entry`, for what anybody may have written. */
  launchOf(entry: unknown): Launch | undefined;
  /** What to paste, where that is no entry as above. */
  snippet?(launch: Launch, name: string): string;
  /** What to do in the client afterwards, one line each. */
  readonly after: (name: string, scope: Scope) => readonly string[];
  /** What may be done there besides: for what, and the command. */
  readonly optional?: (name: string) => { readonly purpose: string; readonly command: string };
}

/** `command`, and `args` where there are any. */
export function commandEntry({ command, args }: Launch): JsonObject {
  return args.length === 0 ? { command } : { command, args };
}

/** The counterpart of `commandEntry`. */
export function commandLaunch(entry: unknown): Launch | undefined {
  const command = field(entry, "command");
  if (typeof command !== "string") return undefined;
  return { command, args: texts(field(entry, "args")) };
}

/** The program and its arguments as one list, which OpenCode and its kin take. */
export function listLaunch(entry: unknown): Launch | undefined {
  const [command, ...args] = texts(field(entry, "command"));
  return command === undefined ? undefined : { command, args };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
