import type { WorkspaceView } from "../../local/page/protocol.ts";

/** A workspace with those below it. */
export interface TreeNode {
  readonly workspace: WorkspaceView;
  readonly children: readonly TreeNode[];
}

/**
 * The organisation as trees: yours first, then by name. One whose parent is not there, or is below
 * itself, is at the top: none is left out.
 */
export function treeOf(workspaces: Iterable<WorkspaceView>, yourId: string): readonly TreeNode[] {
  const all = [...workspaces].sort((a, b) => byYours(a, b, yourId) || a.name.localeCompare(b.name));
  const byId = new Map(all.map((workspace) => [workspace.id, workspace]));
  const childrenOf = new Map<string, WorkspaceView[]>();
  const roots: WorkspaceView[] = [];
  for (const workspace of all) {
    const { parentId } = workspace;
    if (parentId === null || !byId.has(parentId) || isInCircle(workspace, byId)) {
      roots.push(workspace);
    } else childrenOf.set(parentId, [...childrenOf.get(parentId) ?? [], workspace]);
  }
  const node = (workspace: WorkspaceView): TreeNode => ({
    workspace,
    children: (childrenOf.get(workspace.id) ?? []).map(node),
  });
  return roots.map(node);
}

function byYours(a: WorkspaceView, b: WorkspaceView, yourId: string): number {
  return Number(b.id === yourId) - Number(a.id === yourId);
}

function isInCircle(start: WorkspaceView, byId: ReadonlyMap<string, WorkspaceView>): boolean {
  const seen = new Set<string>();
  for (let id = start.parentId; id !== null; id = byId.get(id)?.parentId ?? null) {
    if (id === start.id) return true;
    if (seen.has(id)) return false; // A circle above it, which is cut there.
    seen.add(id);
  }
  return false;
}
