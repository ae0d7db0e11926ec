import { duration, timeText, withLocalTimes } from "../support/time_text.ts";
import type { ClientReport, ServerReport, WorkspaceReport } from "./server_report.ts";
import { CANNOT_RECEIVE } from "./cannot_receive.ts";
import { distinctProblems } from "./problems.ts";
import { whyLocksTellNothing } from "../support/cannot_tell.ts";
import { columnsOf, wrap } from "../support/wrap.ts";
import type { Mark } from "../support/terminal.ts";

/** A heartbeat is due every 20 s. */
const LATE_HEARTBEAT_MS = 90_000;
/** As wide as the longest. */
const LABEL_WIDTH = "workspace".length;
const INDENT = 2;
/** On a terminal; `--json` has the whole text. */
const MAX_PROBLEM_LINES = 3;
/** Less room than that is none. */
const NARROWEST = 20;
const MARKS: Readonly<Record<WorkspaceReport["presence"], Mark>> = {
  starting: "skip",
  online: "ok",
  unreachable: "fail",
  refused: "fail",
  removed: "fail",
  off: "skip",
};

/** How a block is laid out. */
export interface Layout {
  readonly nowMs: number;
  /** Undefined: nothing is wrapped. */
  readonly width: number | undefined;
  /** Whether what is too wide is lost, and therefore broken in the middle of a word. */
  readonly cutsWords?: boolean;
  /** A mark, as wide as the widest. */
  readonly mark: (kind: Mark) => string;
  readonly strong: (text: string) => string;
}

/** A server in several lines: one fact a line. */
export function serverLines(server: ServerReport, layout: Layout): readonly string[] {
  const since = (time: string | null) =>
    time === null ? "some time" : duration(layout.nowMs - Date.parse(time));
  const when = (time: string | null) =>
    time === null ? "some time ago" : timeText(time, layout.nowMs);
  const process = server.pid === null ? "A server" : `Process ${server.pid}`;
  const lines: string[] = [];
  const add = (label: string, text: string, mark?: Mark, maxLines?: number) =>
    lines.push(...fact(label, text, layout, { kind: mark, maxLines }));

  if (server.running === false) {
    lines.push(`${layout.strong(process)} is gone, killed or crashed`);
    if (server.profile !== null) add("profile", server.profile);
    for (const workspace of server.workspaces) add("workspace", named(workspace));
    add("last seen", `${when(server.updated_at)}; the next server removes its file`, "warn");
    return lines;
  }
  const version = `molecule-mcp ${server.version ?? "of an unknown version"}`;
  const headline = `${layout.strong(process)}, ${version}, started ${when(server.started_at)}`;
  const hanging = " ".repeat(INDENT + LABEL_WIDTH + 2);
  lines.push(...wrap(headline, layout.width, hanging).split("\n"));
  if (server.running === null) {
    const { why } = whyLocksTellNothing();
    add("runs?", `cannot be told ${why}; last seen ${when(server.updated_at)}`, "warn");
  }
  if (server.profile !== null) add("profile", server.profile);
  add("client", server.client ? clientText(server.client) : "none has introduced itself");
  for (const workspace of server.workspaces) {
    add("workspace", named(workspace));
    if (workspace.platform_url !== null) add("platform", workspace.platform_url);
    const [presence, mark] = presenceText(workspace, since, layout.nowMs);
    add("presence", presence, mark);
    add("inbox", ...inboxText(workspace));
  }
  for (const { text, count, at, over_at } of distinctProblems(server.errors)) {
    const times = count > 1 ? `, ${count} times` : "";
    const over = over_at === null ? "" : `, over for ${since(over_at)}`;
    add(
      "problem",
      `${when(at)}${times}${over}: ${withLocalTimes(text, layout.nowMs)}`,
      over_at === null ? "warn" : "skip",
      MAX_PROBLEM_LINES,
    );
  }
  return lines;
}

/** Whether there is something to look into. */
export function hasTrouble({ running, workspaces }: ServerReport): boolean {
  return running !== false &&
    workspaces.some(({ presence, inbox }) => MARKS[presence] === "fail" || inbox === "stopped");
}

/** Whether the platform takes the token no more. */
export function isRefused({ running, workspaces }: ServerReport): boolean {
  return running !== false &&
    workspaces.some(({ presence }) => presence === "refused" || presence === "removed");
}

function presenceText(
  { presence, presence_since, last_heartbeat_at }: WorkspaceReport,
  since: (time: string | null) => string,
  nowMs: number,
): [text: string, mark: Mark] {
  const beat = last_heartbeat_at === null
    ? "no heartbeat yet"
    : `last heartbeat ${since(last_heartbeat_at)} ago`;
  switch (presence) {
    case "online": {
      const isLate = last_heartbeat_at !== null &&
        nowMs - Date.parse(last_heartbeat_at) > LATE_HEARTBEAT_MS;
      const late = isLate ? ": it hangs, or this machine slept" : "";
      return [`online for ${since(presence_since)}, ${beat}${late}`, isLate ? "warn" : "ok"];
    }
    case "starting":
      return ["registering", MARKS.starting];
    case "off":
      return ["off (MOLECULE_MCP_DISABLE_HEARTBEAT)", MARKS.off];
    case "unreachable":
      return [`the platform has been unreachable for ${since(presence_since)}, ${beat}`, "fail"];
    case "refused":
      return [`the platform has refused the token for ${since(presence_since)}, ${beat}`, "fail"];
    case "removed":
      return [`removed from the platform ${since(presence_since)} ago`, "fail"];
  }
}

/** What it receives, which the presence decides as well: the poller asks with the same token. */
function inboxText(workspace: WorkspaceReport): [text: string, mark: Mark] {
  const { inbox, waiting, presence, delivered_by: other } = workspace;
  const messages = waiting === 1 ? "1 message waits" : `${waiting || "no"} messages wait`;
  const why = CANNOT_RECEIVE[presence];
  switch (inbox) {
    case "delivering":
      return why === undefined
        ? [`delivering, ${messages}`, "ok"]
        : [`receives nothing ${why}; ${messages}`, "fail"];
    case "standing_by": {
      const client = other?.client ? ` for ${clientText(other.client)}` : "";
      const who = other ? `process ${other.pid ?? "unknown"}${client}` : "another process";
      const none = why ?? (other ? CANNOT_RECEIVE[other.presence] : undefined);
      return none
        ? [`standing by behind ${who}; nothing is received ${none}`, "fail"]
        : [`standing by: ${who} delivers`, "ok"];
    }
    case "starting":
      return why === undefined ? ["starting", "skip"] : [`receives nothing ${why}`, "fail"];
    case "stopped":
      return ["cannot receive: see the problems", "fail"];
    case "off":
      return ["off (MOLECULE_MCP_DISABLE_INBOX)", "skip"];
  }
}

function clientText({ name, version }: ClientReport): string {
  return [name, version].filter((part) => part !== null).join(" ");
}

function named({ id, name }: WorkspaceReport): string {
  return name === null ? id : `${id} (${name})`;
}

/** One fact, continued below its own text where the terminal is too narrow. */
function fact(
  label: string,
  text: string,
  layout: Layout,
  { kind, maxLines }: { kind?: Mark | undefined; maxLines?: number | undefined },
): string[] {
  const { width, mark, cutsWords } = layout;
  const marked = kind === undefined ? "" : `${mark(kind)} `;
  // The mark may be coloured: its width is that of a plain one.
  const before = INDENT + LABEL_WIDTH + 2 + (kind === undefined ? 0 : columnsOf(marked));
  const room = width === undefined ? undefined : Math.max(width - before, NARROWEST);
  const all = wrap(text, room).split("\n")
    .flatMap((line) => cutsWords && room !== undefined ? piecesOf(line, room) : [line]);
  const lines = room === undefined ? all : firstLines(all, maxLines ?? all.length, room);
  const [first = "", ...rest] = lines;
  return [
    `${" ".repeat(INDENT)}${label.padEnd(LABEL_WIDTH)}  ${marked}${first}`,
    ...rest.map((line) => " ".repeat(before) + line),
  ];
}

/** So many lines, the last with a sign that there is more, in place of its last word if need be. */
function firstLines(lines: readonly string[], count: number, room: number): readonly string[] {
  const shown = lines.slice(0, count);
  if (shown.length === lines.length) return shown;
  const last = shown.at(-1) ?? "";
  const space = last.lastIndexOf(" ");
  const fits = last.length + 2 <= room;
  const kept = fits ? last : space > 0 ? last.slice(0, space) : last.slice(0, room - 2);
  return [...shown.slice(0, -1), `${kept} …`];
}

function piecesOf(line: string, room: number): string[] {
  const count = Math.max(1, Math.ceil(line.length / room));
  return Array.from({ length: count }, (_, at) => line.slice(at * room, (at + 1) * room));
}
