import { PlatformError } from "../../platform/errors/platform_error.ts";
import { textField } from "../../lib/json.ts";
import { discover } from "../../platform/api/registry.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { retry, type RetryOptions } from "./retry.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/errors.ts";
import type { WorkspaceConnection } from "../support/workspace_router.ts";
import { displayName } from "./result_text.ts";
import type { DelegationTarget } from "./target.ts";

const MAX_NAME_LENGTH = 120;
const REMOVED_TIMEOUT_MS = 5_000;

/**
 * Looks the peer up before anything is sent (tests/README.md, "Delegating and waiting"), and tries
 * again while the platform cannot be reached.
 *
 * @returns the name to use for the peer
 * @throws {ToolInputError} when it is unknown, not accessible, removed or offline
 * @throws {PlatformError} when the platform cannot tell
 */
export async function lookUpPeer(
  { peerId, source, hasSeveralSources }: DelegationTarget,
  { router }: ToolContext,
  attempts: RetryOptions,
): Promise<string> {
  const peer = await retry(
    () => discovered(source, peerId, attempts.signal),
    isRetryable,
    attempts,
  );
  if (peer === "unknown") {
    const hint = hasSeveralSources ? ". list_peers shows which of your workspaces can see it" : "";
    throw new ToolInputError(
      `Error: workspace ${peerId} not found or not accessible (check access control)${hint}`,
    );
  }
  refuseRemoved(peer?.status, router.peerName(peerId), peerId);
  if (peer?.status?.toLowerCase() === "offline") {
    throw new ToolInputError(`Error: workspace ${peerId} is offline`);
  }
  const name = cleanLine(peer?.name ?? "", MAX_NAME_LENGTH);
  if (name !== undefined) router.rememberPeer(peerId, source, name);
  return displayName(router.peerName(peerId), peerId);
}

/**
 * On some platforms a removed peer still accepts messages, which nobody ever reads.
 *
 * @throws {ToolInputError} when the platform says that the peer was removed
 */
export async function refuseRemovedPeer(
  { peerId, source }: DelegationTarget,
  { router, signal, log }: ToolContext,
): Promise<void> {
  try {
    const peer = await discover(source.client, peerId, { signal, timeoutMs: REMOVED_TIMEOUT_MS });
    refuseRemoved(peer?.status, router.peerName(peerId), peerId);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    // Only a clear answer counts here: the next request shows what is wrong with the platform.
    log.info(`Cannot look up ${peerId}: ${error.message}`);
  }
}

function refuseRemoved(status: string | undefined, name: string, peerId: string): void {
  if (status?.toLowerCase() !== "removed") return;
  const called = peerId.startsWith(name) ? "" : ` ${JSON.stringify(name)}`;
  throw new ToolInputError(
    `Error: workspace${called} ${peerId} was removed from the platform: nobody would read the task, ` +
      "so nothing was sent. list_peers shows the peers that exist now",
  );
}

/** Trying again does no harm: a look-up changes nothing. */
function isRetryable({ kind, status, body }: PlatformError): boolean {
  return kind === "unreachable" || kind === "timed_out" ||
    (status === 503 && textField(body, "code") === "platform_unavailable");
}

async function discovered(connection: WorkspaceConnection, peerId: string, signal: AbortSignal) {
  try {
    return await discover(connection.client, peerId, { signal }) ?? "unknown" as const;
  } catch (error) {
    // The proxy decides whether the peer can be reached; a failing look-up alone does not.
    if (error instanceof PlatformError && error.kind === "server" && !isRetryable(error)) {
      return undefined;
    }
    throw error;
  }
}
