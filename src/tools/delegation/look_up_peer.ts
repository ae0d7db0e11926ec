import * as z from "zod/mini";
import { canonicalPeerId } from "../../config/workspace_id.ts";
import { PlatformError } from "../../platform/errors.ts";
import { textField } from "../../lib/json.ts";
import { discover } from "../../platform/registry.ts";
import { cutText } from "../../lib/cut_text.ts";
import { cleanLine } from "../../safety/untrusted_text.ts";
import { type AttemptOptions, withAttempts } from "./retry.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/define_tool.ts";
import type { WorkspaceSession } from "../support/workspace_router.ts";
import { optionalText, text } from "../support/arguments.ts";
import { nameToSay } from "./result_text.ts";

const MAX_NAME_LENGTH = 120;
const REMOVED_TIMEOUT_MS = 5_000;

/** The arguments that both delegation tools take. */
export const targetInput = z.object({
  workspace_id: text("The peer's id, from list_peers."),
  task: text("What the peer should do."),
  source_workspace_id: optionalText(
    "Which of your workspaces sends it; default: whose peer it is.",
  ),
});

/** Who a task goes to and who sends it. */
export interface Target {
  readonly peerId: string;
  readonly task: string;
  readonly session: WorkspaceSession;
  /** Whether this agent has other workspaces than the one that sends. */
  readonly fromSeveral: boolean;
}

/**
 * The arguments that both delegation tools share (runtime-behaviour D2, D3).
 *
 * @throws {ToolInputError}
 */
export function parseTarget(
  toolName: string,
  args: { workspace_id: string; task: string; source_workspace_id?: string | undefined },
  { sessions }: ToolContext,
): Target {
  const id = args.workspace_id.trim();
  if (id === "" || args.task.trim() === "") {
    throw new ToolInputError("Error: workspace_id and task are required");
  }
  const peerId = canonicalPeerId(id) ?? id.toLowerCase();
  const session = sessions.resolve(args.source_workspace_id, peerId);
  if (peerId === session.workspace.id) {
    throw new ToolInputError(
      `Error: cannot ${toolName} to your own workspace: it would wait for itself. Do the work ` +
        "yourself, keep it with commit_memory, or tell the user with send_message_to_user",
    );
  }
  if (canonicalPeerId(id) === undefined) {
    throw new ToolInputError(
      `Error: workspace ${JSON.stringify(cutText(id, 100))} not found or not accessible: ` +
        "workspace_id must be a peer's UUID, as list_peers shows it",
    );
  }
  return { peerId, task: args.task, session, fromSeveral: sessions.list().length > 1 };
}

/** The call that fetches the delegation's result; among several workspaces it names the source. */
export function statusCall({ peerId, session, fromSeveral }: Target, delegationId: string): string {
  const source = fromSeveral ? `, source_workspace_id="${session.workspace.id}"` : "";
  return `check_task_status(workspace_id="${peerId}", task_id="${delegationId}"${source})`;
}

/**
 * Looks the peer up before anything is sent (runtime-behaviour D2), again while the platform cannot
 * be reached.
 *
 * @returns what to call the peer
 * @throws {ToolInputError} when it is unknown, not accessible, removed or offline
 * @throws {PlatformError} when the platform does not say
 */
export async function lookUpPeer(
  { peerId, session, fromSeveral }: Target,
  { sessions }: ToolContext,
  attempts: AttemptOptions,
): Promise<string> {
  const peer = await withAttempts(
    () => discovered(session, peerId, attempts.signal),
    mayPass,
    attempts,
  );
  if (peer === "unknown") {
    const hint = fromSeveral ? ". list_peers shows which of your workspaces sees it" : "";
    throw new ToolInputError(
      `Error: workspace ${peerId} not found or not accessible (check access control)${hint}`,
    );
  }
  refuseRemoved(peer?.status, sessions.peerName(peerId), peerId);
  if (peer?.status?.toLowerCase() === "offline") {
    throw new ToolInputError(`Error: workspace ${peerId} is offline`);
  }
  const name = cleanLine(peer?.name ?? "", MAX_NAME_LENGTH);
  if (name !== undefined) sessions.rememberPeer(peerId, session, name);
  return nameToSay(sessions.peerName(peerId), peerId);
}

/**
 * A removed peer still takes messages on some platforms; nobody ever reads them.
 *
 * @throws {ToolInputError} when the platform says that the peer was removed
 */
export async function refuseRemovedPeer(
  { peerId, session }: Target,
  { sessions, signal, log }: ToolContext,
): Promise<void> {
  try {
    const peer = await discover(session.client, peerId, { signal, timeoutMs: REMOVED_TIMEOUT_MS });
    refuseRemoved(peer?.status, sessions.peerName(peerId), peerId);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    // Only a clear word counts here: what comes next tells what is wrong with the platform.
    log.info(`Cannot look up ${peerId}: ${error.message}`);
  }
}

function refuseRemoved(status: string | undefined, name: string, peerId: string): void {
  if (status?.toLowerCase() !== "removed") return;
  const called = peerId.startsWith(name) ? "" : ` ${JSON.stringify(name)}`;
  throw new ToolInputError(
    `Error: workspace${called} ${peerId} was removed from the platform: nobody would read the task, ` +
      "so nothing was sent. list_peers shows who is there",
  );
}

/** Asking again does no harm: a look-up changes nothing. */
function mayPass({ kind, status, body }: PlatformError): boolean {
  return kind === "unreachable" || kind === "timed_out" ||
    (status === 503 && textField(body, "code") === "platform_unavailable");
}

async function discovered(session: WorkspaceSession, peerId: string, signal: AbortSignal) {
  try {
    return await discover(session.client, peerId, { signal }) ?? "unknown" as const;
  } catch (error) {
    // The proxy decides whether the peer can be reached; a failing look-up alone does not.
    if (error instanceof PlatformError && error.kind === "server" && !mayPass(error)) {
      return undefined;
    }
    throw error;
  }
}
