import { createToken, revokeTokens } from "../access/tokens.ts";
import type { PlatformContext } from "../context.ts";
import { randomSecret } from "../state/ids.ts";
import type { Json } from "../state/json.ts";
import type { DeliveryMode, WorkspaceStatus } from "../state/rows.ts";
import { newWorkspace } from "../state/workspace_row.ts";

/** A workspace to be created. */
export interface NewWorkspace {
  /** Default: a random UUID. */
  id?: string;
  name: string;
  role?: string;
  parentId?: string;
  /** Default 3, which 0 becomes too. */
  tier?: number;
  /** Default: as the agent registers. */
  deliveryMode?: DeliveryMode;
  url?: string;
  /** Default `external`: an agent outside of the platform. */
  runtime?: string;
  agentCard?: Json;
  abilities?: { broadcast?: boolean; talkToUser?: boolean; delegate?: boolean };
  /** Default `online` with a URL, else `awaiting_agent`. */
  status?: WorkspaceStatus;
}

/** A created workspace and its first token, which is not shown again. */
export interface CreatedWorkspace {
  id: string;
  token: string;
}

const DEFAULT_TIER = 3;

/** Creates a workspace with a first token. @throws StoreError when the id is taken or no UUID */
export async function createWorkspace(
  platform: PlatformContext,
  workspace: NewWorkspace,
): Promise<CreatedWorkspace> {
  const id = (workspace.id ?? crypto.randomUUID()).toLowerCase();
  const { abilities = {}, url = null } = workspace;
  platform.store.insertWorkspace({
    ...newWorkspace(id, workspace.name),
    role: workspace.role ?? null,
    parentId: workspace.parentId?.toLowerCase() ?? null,
    tier: workspace.tier || DEFAULT_TIER,
    deliveryMode: workspace.deliveryMode ?? null,
    url,
    runtime: workspace.runtime ?? "external",
    agentCard: workspace.agentCard ?? null,
    mayBroadcast: abilities.broadcast ?? false,
    mayTalkToUser: abilities.talkToUser ?? true,
    mayDelegate: abilities.delegate ?? true,
    status: workspace.status ?? (url === null ? "awaiting_agent" : "online"),
    // An agent with a URL counts as one that has registered.
    inboundSecret: url === null ? null : randomSecret(),
  });
  return { id, token: await createToken(platform, id) };
}

/** Removes a workspace and everything below it, and revokes their tokens. */
export function removeWorkspace(platform: PlatformContext, id: string): void {
  const { store, clock } = platform;
  store.updateWorkspace(id, { status: "removed", removedAt: clock.nowMicros() });
  revokeTokens(platform, id);
  for (const child of store.workspaces()) {
    if (child.parentId === id.toLowerCase() && child.status !== "removed") {
      removeWorkspace(platform, child.id);
    }
  }
}
