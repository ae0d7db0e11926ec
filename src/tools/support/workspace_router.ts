import type { Workspace } from "../../auth/credentials.ts";
import { canonicalPeerId } from "../../config/workspace_id.ts";
import type { PlatformClient } from "../../platform/client.ts";
import { ToolInputError } from "./define_tool.ts";
import { BoundedMap } from "../../lib/bounded_map.ts";

/** Peers remembered at most; the oldest entry goes first. */
const MAX_PEERS = 1024;

/** A workspace with the client that speaks for it: the only way for a tool to make a call. */
export interface WorkspaceSession {
  readonly workspace: Workspace;
  readonly client: PlatformClient;
}

/**
 * The workspaces of this process and which of them sees which peer. The source of a call is
 * resolved here and nowhere else: argument, then the peer's cached source, then the primary
 * workspace (runtime-behaviour D1).
 */
export class Sessions {
  readonly #sessions: ReadonlyMap<string, WorkspaceSession>;
  readonly #peers = new BoundedMap<string, { session: WorkspaceSession; name?: string }>(MAX_PEERS);
  readonly primary: WorkspaceSession;

  constructor(sessions: readonly [WorkspaceSession, ...WorkspaceSession[]]) {
    this.primary = sessions[0];
    this.#sessions = new Map(sessions.map((session) => [session.workspace.id, session]));
  }

  list(): readonly WorkspaceSession[] {
    return [...this.#sessions.values()];
  }

  /**
   * @param explicitId the tool's source argument; blank counts as absent
   * @param peerId the peer that the call is about
   * @throws {ToolInputError} when the id is not one of this process's workspaces
   */
  resolve(explicitId?: string, peerId?: string): WorkspaceSession {
    const id = explicitId?.trim().toLowerCase();
    if (id) {
      const session = this.#sessions.get(id);
      if (session) return session;
      throw new ToolInputError(
        `Error: ${JSON.stringify(explicitId)} is not a workspace of this agent; registered: ${
          [...this.#sessions.keys()].join(", ")
        }`,
      );
    }
    const cached = peerId === undefined ? undefined : this.#peers.get(peerKey(peerId));
    return cached?.session ?? this.primary;
  }

  /** Notes that the workspace sees the peer; the last one to say so wins. */
  rememberPeer(peerId: string, session: WorkspaceSession, name?: string): void {
    const key = peerKey(peerId);
    this.#peers.set(key, { session, name: name ?? this.#peers.get(key)?.name });
  }

  /** The peer's name as last seen, else the start of its id. */
  peerName(peerId: string): string {
    return this.#peers.get(peerKey(peerId))?.name ?? peerId.slice(0, 8);
  }
}

function peerKey(peerId: string): string {
  return canonicalPeerId(peerId) ?? peerId;
}
