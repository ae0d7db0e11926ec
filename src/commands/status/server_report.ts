import { type Life } from "../../cli/status_file.ts";
import { STATUS_VERSION } from "../../cli/server_status.ts";
import { decodeJson, field, isObject, textField } from "../../lib/json.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";

const MAX_TEXT = 500;
const MAX_ENTRIES = 100;

const PRESENCES = ["starting", "online", "unreachable", "refused", "removed", "off"] as const;
const MODES = ["starting", "delivering", "standing_by", "stopped", "off"] as const;

/** One server, as `status --json` shows it (src/commands/README.md, "status"). */
export interface ServerReport {
  /** Null: the file system or this Deno cannot tell. */
  readonly running: boolean | null;
  readonly profile: string | null;
  readonly state_dir: string;
  readonly pid: number | null;
  readonly version: string | null;
  readonly started_at: string | null;
  readonly updated_at: string | null;
  readonly client: ClientReport | null;
  readonly workspaces: readonly WorkspaceReport[];
  readonly errors: readonly ErrorReport[];
}

/** The MCP client of a server, in its own words. */
export interface ClientReport {
  readonly name: string | null;
  readonly version: string | null;
}

/** One workspace of a server. */
export interface WorkspaceReport {
  readonly id: string;
  readonly name: string | null;
  readonly platform_url: string | null;
  readonly presence: typeof PRESENCES[number];
  readonly presence_since: string | null;
  readonly last_heartbeat_at: string | null;
  readonly inbox: typeof MODES[number];
  /** The server that delivers instead, while this one stands by. */
  readonly delivered_by:
    | {
      readonly pid: number | null;
      readonly client: ClientReport | null;
      readonly presence: WorkspaceReport["presence"];
    }
    | null;
  readonly waiting: number;
}

/** A problem that a server had. */
export interface ErrorReport {
  readonly text: string;
  readonly count: number;
  readonly at: string | null;
  readonly over_at: string | null;
}

/** Where a status file was found. */
export interface Place {
  readonly profile: string | null;
  readonly state_dir: string;
}

/**
 * Reads what a status file says. It may have been written by anybody: every text is cleaned and cut,
 * and what is not as expected is left out.
 *
 * @returns the report, or why there is none
 */
export function reportOf(text: string, life: Life, place: Place): ServerReport | string {
  const content = decodeJson(text);
  if (!isObject(content)) return "it is damaged";
  const format = content.format;
  if (typeof format === "number" && format > STATUS_VERSION) {
    return "a newer molecule-mcp wrote it";
  }
  if (format !== STATUS_VERSION) return "it is damaged";
  return {
    running: life === "unknown" ? null : life === "running",
    ...place,
    pid: wholeNumber(content.pid),
    version: line(content, "version"),
    started_at: time(content, "started_at"),
    updated_at: time(content, "written_at"),
    client: clientOf(content.client),
    workspaces: list(content.workspaces).flatMap(workspaceOf),
    errors: list(content.errors).flatMap(errorOf),
  };
}

/** Says of each workspace that stands by who delivers instead, where one of the servers does. */
export function withDeliverers(servers: readonly ServerReport[]): readonly ServerReport[] {
  return servers.map((server) => ({
    ...server,
    workspaces: server.workspaces.map((workspace) => {
      if (workspace.inbox !== "standing_by") return workspace;
      const delivers = ({ id, inbox }: WorkspaceReport) =>
        id === workspace.id && inbox === "delivering";
      const other = servers.find((other) =>
        other !== server && other.running !== false && other.state_dir === server.state_dir &&
        other.workspaces.some(delivers)
      );
      const theirs = other?.workspaces.find(delivers);
      return {
        ...workspace,
        delivered_by: other && theirs
          ? { pid: other.pid, client: other.client, presence: theirs.presence }
          : null,
      };
    }),
  }));
}

function workspaceOf(value: unknown): WorkspaceReport[] {
  const id = line(value, "id");
  if (id === null) return [];
  return [{
    id,
    name: line(value, "name"),
    platform_url: line(value, "platform_url"),
    presence: PRESENCES.find((known) => known === field(value, "presence")) ?? "starting",
    presence_since: time(value, "presence_since"),
    last_heartbeat_at: time(value, "last_heartbeat_at"),
    inbox: MODES.find((known) => known === field(value, "inbox")) ?? "starting",
    delivered_by: null,
    waiting: wholeNumber(field(value, "waiting")) ?? 0,
  }];
}

function errorOf(value: unknown): ErrorReport[] {
  const text = line(value, "text");
  if (text === null) return [];
  return [{
    text,
    count: wholeNumber(field(value, "count")) ?? 1,
    at: time(value, "at"),
    over_at: time(value, "over_at"),
  }];
}

function clientOf(value: unknown): ClientReport | null {
  const client = { name: line(value, "name"), version: line(value, "version") };
  return client.name === null ? null : client;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [];
}

function line(value: unknown, name: string): string | null {
  return cleanLine((textField(value, name) ?? "").slice(0, 4 * MAX_TEXT), MAX_TEXT) ?? null;
}

function wholeNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function time(value: unknown, name: string): string | null {
  const ms = Date.parse(textField(value, name) ?? "");
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
