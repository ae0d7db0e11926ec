import { canonicalPeerId } from "../../config/workspace_id.ts";
import { cutText } from "../../lib/cut_text.ts";
import { listPeers, type Peer } from "../../platform/api/registry.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { peerLine } from "../../safety/untrusted/untrusted_text.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/errors.ts";
import type { WorkspaceConnection } from "../support/workspace_router.ts";

const MAX_NAME_LENGTH = 120;

/** Who is asked, if it is a peer. */
export interface Recipient {
  readonly id: string;
  /** Whether it will see the request only when it comes back. */
  readonly isOffline: boolean;
}

/**
 * Looks the peer up before anything is raised: the platform takes a request for any id, and nobody
 * would ever see one for an id that is not there.
 *
 * @param peerId as the agent gave it
 * @throws {ToolInputError} when it is no peer of the workspace, or nobody can tell
 */
export async function checkRecipient(
  peerId: string,
  source: WorkspaceConnection,
  { router, signal }: ToolContext,
): Promise<Recipient> {
  const id = canonicalPeerId(peerId) ?? peerId.trim().toLowerCase();
  if (id === source.workspace.id) {
    throw new ToolInputError(
      "Error: a request to your own workspace would wait for itself. Leave recipient_id out to ask the " +
        "user, or name a peer",
    );
  }
  if (canonicalPeerId(peerId) === undefined) {
    throw new ToolInputError(
      `Error: recipient_id must be a peer's UUID, as shown by list_peers, not ${
        JSON.stringify(cutText(id, 100))
      }; leave it out to ask the user. Nothing was raised`,
    );
  }
  const peer = (await peersOf(source, id, signal)).find((each) => each.id.toLowerCase() === id);
  if (peer === undefined) {
    const hint = router.list().length > 1
      ? " (with source_workspace_id, those of another of your workspaces)"
      : "";
    throw new ToolInputError(
      `Error: ${id} is not a peer of workspace ${source.workspace.id}: nobody would see the request, so ` +
        `nothing was raised. list_peers shows the peers${hint}`,
    );
  }
  router.rememberPeer(id, source, peerLine(peer.name ?? "", MAX_NAME_LENGTH));
  const status = peer.status?.toLowerCase();
  if (status === "removed") {
    throw new ToolInputError(
      `Error: workspace ${id} was removed from the platform: nobody would see the request, so nothing ` +
        "was raised. list_peers shows the peers that exist now",
    );
  }
  return { id, isOffline: status === "offline" };
}

async function peersOf(
  { client }: WorkspaceConnection,
  id: string,
  signal: AbortSignal,
): Promise<Peer[]> {
  try {
    return await listPeers(client, signal);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new ToolInputError(
      `Error: nothing was raised, because nobody could tell whether ${id} is a peer: ${error.message}`,
    );
  }
}
