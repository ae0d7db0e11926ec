/**
 * Memories as the plugin of N2 and N3 keeps them: in namespaces of a workspace, of its team and of
 * its organisation (src/platform/API.md, "Memories in namespaces").
 *
 * @module
 */
import { organisationOf } from "../access/hierarchy.ts";
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { fail } from "../server/http.ts";
import type { MemoryRow, MemoryScope } from "../state/rows.ts";

/** A namespace and the scope whose memories are in it. */
export interface MemoryNamespace {
  name: string;
  kind: "workspace" | "team" | "org";
  scope: MemoryScope;
  label: string;
}

/** The answer where memories need the plugin and there is none. */
export function refuseWithoutPlugin({ options }: PlatformContext): Response | undefined {
  if (options.memoryPlugin || !isAtLeast(options, "n2")) return undefined;
  return fail(503, "memory plugin is not configured (set MEMORY_PLUGIN_URL)");
}

/** The namespaces that a workspace may read. @throws StoreError */
export function namespacesOf(platform: PlatformContext, workspaceId: string): MemoryNamespace[] {
  const root = organisationOf(platform.store, workspaceId);
  return [
    { name: `workspace:${workspaceId}`, kind: "workspace", scope: "LOCAL", label: "Workspace" },
    { name: `team:${root}`, kind: "team", scope: "TEAM", label: "Team" },
    { name: `org:${root}`, kind: "org", scope: "GLOBAL", label: "Organisation" },
  ];
}

/** Where a memory is. @throws StoreError */
export function namespaceOf(platform: PlatformContext, row: MemoryRow): string {
  const found = namespacesOf(platform, row.workspaceId).find(({ scope }) => scope === row.scope);
  return found?.name ?? "";
}

/** All memories that a workspace may read, newest first. @throws StoreError */
export function readableMemories(platform: PlatformContext, workspaceId: string): MemoryRow[] {
  const names = namespacesOf(platform, workspaceId).map(({ name }) => name);
  return platform.store.memories().filter((row) => names.includes(namespaceOf(platform, row)));
}
