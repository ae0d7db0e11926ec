import { ownCommand } from "../../cli/own_command.ts";
import { deliveryFiles } from "../../inbox/state/delivery_files.ts";
import { DelivererLock } from "../../inbox/state/deliverer_lock.ts";
import { canTryLocks, tryLock } from "../../lib/files/lock_file.ts";
import { CANNOT_RECEIVE } from "../status/cannot_receive.ts";
import type { WorkspaceReport } from "../status/server_report.ts";
import { whyLocksTellNothing } from "../support/cannot_tell.ts";
import { countText } from "../support/count_text.ts";
import { timeText, withLocalTimes } from "../support/time_text.ts";
import { type Finding, findingsOf } from "./finding.ts";

const { ok, skip, warn } = findingsOf("delivery");
const statusCommand = () => ownCommand("status");

/** A running server, as far as its status file says; structurally a `ServerReport` of `status`. */
export interface RunningServer {
  /** Null: it cannot be told. */
  readonly running: boolean | null;
  readonly pid: number | null;
  /** RFC 3339. */
  readonly started_at: string | null;
  /** The MCP client that started it, in its own words, cleaned. */
  readonly client: { readonly name: string | null } | null;
  readonly workspaces: readonly {
    readonly id: string;
    readonly inbox: string;
    readonly presence?: WorkspaceReport["presence"];
  }[];
  readonly errors: readonly { readonly text: string; readonly over_at: string | null }[];
}

/** Whether a process on this machine delivers a workspace's messages. */
export interface Delivery {
  /** `free`: nobody; `unknown`: it cannot be told. */
  readonly state: "held" | "free" | "unknown";
  /** As the lock file says, for people: `process 123`. */
  readonly holder?: string;
  /** What the server that delivers says of itself. */
  readonly server?: RunningServer;
  /** Of the workspace, as that server knows it. */
  readonly presence?: WorkspaceReport["presence"];
}

/**
 * Looks whether a workspace's lock is held. For an instant this shares it, which keeps a server that
 * starts just then waiting for as long.
 */
export async function lookAtDelivery(
  stateDir: string,
  id: string,
  servers: readonly RunningServer[] = [],
): Promise<Delivery> {
  const delivery = await lookAtLock(stateDir, id);
  const server = servers.find(({ running, workspaces }) =>
    running !== false &&
    workspaces.some((workspace) => workspace.id === id && workspace.inbox === "delivering")
  );
  if (delivery.state !== "held" || !server) return delivery;
  const presence = server.workspaces.find((workspace) => workspace.id === id)?.presence;
  return { ...delivery, server, ...(presence !== undefined && { presence }) };
}

async function lookAtLock(stateDir: string, id: string): Promise<Delivery> {
  const { lock } = deliveryFiles(stateDir, id, undefined);
  let file: Deno.FsFile;
  try {
    if (!(await Deno.lstat(lock)).isFile) return { state: "unknown" };
    file = await Deno.open(lock, { read: true });
  } catch (error) {
    return { state: error instanceof Deno.errors.NotFound ? "free" : "unknown" };
  }
  try {
    const isFree = await tryLock(file, false);
    if (isFree !== false) return { state: isFree ? "free" : "unknown" };
    const holder = await new DelivererLock(lock).holder();
    return { state: "held", ...(holder !== undefined && { holder }) };
  } finally {
    file.close();
  }
}

/**
 * Who delivers.
 *
 * @param options.whose of several workspaces: which one, before the text
 * @param options.start what starts a server, where that is known
 */
export function checkDelivery(
  delivery: Delivery,
  { whose = "", nowMs = Date.now(), start }: {
    readonly whose?: string;
    readonly nowMs?: number;
    readonly start?: string | undefined;
  } = {},
): Finding[] {
  switch (delivery.state) {
    case "held":
      return [
        held(delivery, `${whose}${whoDelivers(delivery, nowMs)}`),
        ...troubleOf(delivery, nowMs),
      ];
    case "free":
      return [skip("free", `${whose}no server runs here: an MCP client starts it`, start)];
    case "unknown":
      return [unknown(whose)];
  }
}

/** What is wrong with the file system, or with the file, is told where the state directory is. */
function unknown(whose: string): Finding {
  const text = `${whose}whether a server delivers here cannot be told`;
  const { why, next } = whyLocksTellNothing();
  return canTryLocks() ? warn("unknown", text) : warn("unknown", `${text} ${why}`, next);
}

/** What keeps it from receiving anything is told where the platform and the token are. */
function held({ presence }: Delivery, who: string): Finding {
  const why = presence && CANNOT_RECEIVE[presence];
  return why === undefined
    ? ok("held", `${who} delivers on this machine`)
    : skip("held", `${who} is to deliver on this machine, and receives nothing ${why}`);
}

/** What is wrong with a server is wrong for all its workspaces: nothing says whose it is. */
function troubleOf({ server }: Delivery, nowMs: number): Finding[] {
  const [first, ...others] = server?.errors.filter(({ over_at }) => over_at === null) ?? [];
  if (!first) return [];
  // `status` shows all that it says.
  const [sentence = "", more] = first.text.split(/(?<=\.) (?=[A-Z])/);
  const said = withLocalTimes(sentence.replace(/\.$/, ""), nowMs);
  const text = `the server that runs says: ${said}`;
  if (others.length === 0) {
    return [warn("trouble", text, more === undefined ? undefined : statusCommand())];
  }
  return [
    warn("trouble", `${text} (and ${countText(others.length, "more problem")})`, statusCommand()),
  ];
}

function whoDelivers({ holder, server }: Delivery, nowMs: number): string {
  const pid = server?.pid ?? undefined;
  const name = pid === undefined ? holder ?? "a process" : `process ${pid}`;
  const client = server?.client?.name;
  const since = server?.started_at;
  const facts = [client && `for ${client}`, since && `started ${timeText(since, nowMs)}`]
    .filter(Boolean);
  return facts.length === 0 ? name : `${name} ${facts.join(", ")},`;
}
