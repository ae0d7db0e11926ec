/**
 * Who may talk to whom, and who is listed as whose peer (platform-api 1.8, 5).
 *
 * @module
 */
import { type PlatformStore, StoreError } from "../state/store.ts";
import type { WorkspaceRow } from "../state/rows.ts";

const MAX_HOPS = 32;

/**
 * The hierarchy rule: oneself, siblings, ancestors and descendants; and, except in N2, roots among
 * each other. An unknown workspace or a failing database means no.
 */
export function canCommunicate(
  store: PlatformStore,
  callerId: string,
  targetId: string,
  rootsAreSiblings = true,
): boolean {
  const caller = callerId.toLowerCase();
  const target = targetId.toLowerCase();
  if (caller === target) return true;
  try {
    const callerParent = store.parentOf(caller);
    const targetParent = store.parentOf(target);
    if (callerParent === undefined || targetParent === undefined) return false;
    if (callerParent === targetParent && (callerParent !== null || rootsAreSiblings)) return true;
    return isAncestor(store, caller, target) || isAncestor(store, target, caller);
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

/** The peers list: siblings, then children, then the parent; removed ones left out. */
export function peersOf(
  store: PlatformStore,
  self: WorkspaceRow,
  rootsAreSiblings = true,
): WorkspaceRow[] {
  const all = store.workspaces().filter((row) => row.status !== "removed" && row.id !== self.id);
  const hasSiblings = self.parentId !== null || rootsAreSiblings;
  return [
    ...all.filter((row) => hasSiblings && row.parentId === self.parentId),
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

function isAncestor(store: PlatformStore, ancestor: string, descendant: string): boolean {
  let current = store.parentOf(descendant);
  for (let hops = 0; hops < MAX_HOPS && current; hops++) {
    if (current === ancestor) return true;
    current = store.parentOf(current);
  }
  return false;
}
