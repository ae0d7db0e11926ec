/**
 * Who may talk to whom, and who is listed as whose peer (src/platform/API.md, "Hierarchy rules").
 *
 * @module
 */
import { isAtLeast, type ResolvedOptions } from "../options.ts";
import type { WorkspaceRow } from "../state/rows.ts";
import { type PlatformStore, StoreError } from "../state/store.ts";

const MAX_HOPS = 32;

/** What the rules look at. */
export interface Hierarchy {
  store: PlatformStore;
  options: Pick<ResolvedOptions, "version">;
}

/**
 * The hierarchy rule: oneself, siblings, ancestors and descendants; and, in N1, roots among each
 * other. An unknown workspace or a failing database means no.
 */
export function canCommunicate(hierarchy: Hierarchy, callerId: string, targetId: string): boolean {
  const { store } = hierarchy;
  const caller = callerId.toLowerCase();
  const target = targetId.toLowerCase();
  if (caller === target) return true;
  try {
    const callerParent = store.parentOf(caller);
    const targetParent = store.parentOf(target);
    if (callerParent === undefined || targetParent === undefined) return false;
    if (callerParent === targetParent && hasSiblings(hierarchy, callerParent)) return true;
    return isAncestor(store, caller, target) || isAncestor(store, target, caller);
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

/** The peers list: siblings, then children, then the parent; removed ones left out. */
export function peersOf(hierarchy: Hierarchy, self: WorkspaceRow): WorkspaceRow[] {
  const all = hierarchy.store.workspaces()
    .filter((row) => row.status !== "removed" && row.id !== self.id);
  return [
    ...all.filter((row) => row.parentId === self.parentId && hasSiblings(hierarchy, row.parentId)),
    ...all.filter((row) => row.parentId === self.id),
    ...all.filter((row) => row.id === self.parentId),
  ];
}

/** The root above the workspace: its organisation. @throws StoreError */
export function organisationOf(store: PlatformStore, id: string): string {
  let current = id.toLowerCase();
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const parent = store.parentOf(current);
    if (!parent) return current;
    current = parent;
  }
  return current;
}

/** Whether workspaces with this parent are siblings; without a parent they are so only in N1. */
function hasSiblings({ options }: Hierarchy, parentId: string | null): boolean {
  return parentId !== null || !isAtLeast(options, "n2");
}

function isAncestor(store: PlatformStore, ancestor: string, descendant: string): boolean {
  let current = store.parentOf(descendant);
  for (let hops = 0; hops < MAX_HOPS && current; hops++) {
    if (current === ancestor) return true;
    current = store.parentOf(current);
  }
  return false;
}
