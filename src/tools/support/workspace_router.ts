import type { Workspace } from "../../auth/credentials.ts";
import { canonicalPeerId } from "../../config/workspace_id.ts";
import type { PlatformRequest } from "../../platform/api/requests.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { ToolInputError } from "./errors.ts";
import { BoundedMap } from "../../lib/bounded_map.ts";

/** How many peers are remembered; the oldest entry is dropped first. */
const MAX_PEERS = 1024;
/** The same for requests. */
const MAX_REQUESTS = 1024;

/** A workspace with the client that speaks for it: the only way for a tool to make a call. */
export interface WorkspaceConnection {
  readonly workspace: Workspace;
  readonly client: PlatformClient;
}

/** Which side of a request a workspace is on. */
export type RequestSide = "requester" | "recipient";

/** Where a request was seen, and which workspaces of this process are on its sides. */
interface SeenRequest {
  readonly seen: WorkspaceConnection;
  readonly requester: WorkspaceConnection | undefined;
  readonly recipient: WorkspaceConnection | undefined;
}

/**
 * Chooses the workspace that a call speaks for. The choice is made here and nowhere else: the
 * tool's argument, then the workspace through which the peer was last seen, then the primary one
 * (tests/README.md, "Sending to a peer").
 */
export class WorkspaceRouter {
  readonly #connections: ReadonlyMap<string, WorkspaceConnection>;
  readonly #peers = new BoundedMap<string, { connection: WorkspaceConnection; name?: string }>(
    MAX_PEERS,
  );
  readonly #requests = new BoundedMap<string, SeenRequest>(MAX_REQUESTS);
  readonly primary: WorkspaceConnection;

  constructor(connections: readonly [WorkspaceConnection, ...WorkspaceConnection[]]) {
    this.primary = connections[0];
    this.#connections = new Map(
      connections.map((connection) => [connection.workspace.id, connection]),
    );
  }

  list(): readonly WorkspaceConnection[] {
    return [...this.#connections.values()];
  }

  /**
   * The workspace that a call speaks for.
   *
   * @param explicitId the tool's source argument; blank means left out
   * @param peerId the peer that the call is about
   * @throws {ToolInputError} when the id is not one of this process's workspaces
   */
  route(explicitId?: string, peerId?: string): WorkspaceConnection {
    const id = explicitId?.trim().toLowerCase();
    if (id) {
      const connection = this.#connections.get(id);
      if (connection) return connection;
      throw new ToolInputError(
        `Error: ${JSON.stringify(explicitId)} is not a workspace of this agent; registered: ${
          [...this.#connections.keys()].join(", ")
        }`,
      );
    }
    const cached = peerId === undefined ? undefined : this.#peers.get(peerKey(peerId));
    return cached?.connection ?? this.primary;
  }

  /** Remembers that the workspace sees the peer; the latest entry wins. */
  rememberPeer(peerId: string, connection: WorkspaceConnection, name?: string): void {
    const key = peerKey(peerId);
    this.#peers.set(key, { connection, name: name ?? this.#peers.get(key)?.name });
  }

  /** Remembers where a request was seen; both of its sides may be workspaces of this process. */
  rememberRequest(
    { id, requester, recipient }: Pick<PlatformRequest, "id" | "requester" | "recipient">,
    seen: WorkspaceConnection,
  ): void {
    const side = (partyId: string) => {
      const own = this.#connections.get(partyId);
      // What one platform says about the workspaces of another counts for nothing.
      return own?.workspace.baseUrl === seen.workspace.baseUrl ? own : undefined;
    };
    this.#requests.set(id, {
      seen,
      requester: side(requester.id),
      recipient: side(recipient.id),
    });
  }

  /**
   * The workspace through which the request was seen.
   *
   * @param side the side that the call needs; the workspace on it is preferred
   */
  requestSource(requestId: string, side?: RequestSide): WorkspaceConnection | undefined {
    const known = this.#requests.get(requestId);
    return (side && known?.[side]) ?? known?.seen;
  }

  /** Whether the workspace is one of this process. */
  isOwn(workspaceId: string): boolean {
    return this.#connections.has(workspaceId);
  }

  /** The peer's name as last seen, or else the start of its id. */
  peerName(peerId: string): string {
    return this.#peers.get(peerKey(peerId))?.name ?? peerId.slice(0, 8);
  }
}

function peerKey(peerId: string): string {
  return canonicalPeerId(peerId) ?? peerId;
}
