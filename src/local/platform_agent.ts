/**
 * The organisation's own agent, which a self-hosted N3 creates by itself (platform-api-2026-08
 * 3.4).
 *
 * @module
 */
import type { PlatformContext } from "./context.ts";
import { newWorkspace } from "./state/workspace_row.ts";

const NAME = "Org Concierge";

/** Creates the agent when the options ask for it. It stays offline: nobody has set it up. */
export function seedPlatformAgent({ store, options }: PlatformContext): void {
  if (!options.platformAgent) return;
  store.insertWorkspace({
    ...newWorkspace(crypto.randomUUID(), NAME),
    kind: "platform",
    status: "offline",
    mayBroadcast: true,
  });
}

/** The agent's id; undefined where there is none. */
export function platformAgentId({ store, options }: PlatformContext): string | undefined {
  if (!options.platformAgent) return undefined;
  return store.workspaces().find((row) => row.kind === "platform")?.id;
}
