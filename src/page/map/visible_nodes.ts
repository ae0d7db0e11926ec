import type { TreeNode } from "../state/tree.ts";

/** A node of the map that is not folded away. */
export interface VisibleNode {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | undefined;
  readonly firstChildId: string | undefined;
  readonly isOpen: boolean;
}

/** The nodes from top to bottom, without those below a closed one. */
export function visibleNodes(
  tree: readonly TreeNode[],
  closed: ReadonlySet<string>,
  parentId?: string,
): VisibleNode[] {
  return tree.flatMap(({ workspace: { id, name }, children }) => {
    const isOpen = children.length > 0 && !closed.has(id);
    const node = { id, name, parentId, firstChildId: children[0]?.workspace.id, isOpen };
    return [node, ...isOpen ? visibleNodes(children, closed, id) : []];
  });
}

/** What a key does in the map (WAI-ARIA's tree): another node gets the focus, or one opens or closes. */
export type Move =
  | { readonly kind: "focus"; readonly id: string }
  | { readonly kind: "open" | "close"; readonly id: string };

/** @returns undefined for a key that means nothing here */
export function moveOf(key: string, id: string, nodes: readonly VisibleNode[]): Move | undefined {
  const index = nodes.findIndex((node) => node.id === id);
  const node = nodes[index];
  if (node === undefined) return undefined;
  const focus = (target: string | undefined): Move | undefined =>
    target === undefined ? undefined : { kind: "focus", id: target };
  switch (key) {
    case "ArrowDown":
      return focus(nodes[index + 1]?.id);
    case "ArrowUp":
      return focus(nodes[index - 1]?.id);
    case "Home":
      return focus(nodes[0]?.id);
    case "End":
      return focus(nodes.at(-1)?.id);
    case "ArrowRight":
      if (node.isOpen) return focus(node.firstChildId);
      return node.firstChildId === undefined ? undefined : { kind: "open", id };
    case "ArrowLeft":
      return node.isOpen ? { kind: "close", id } : focus(node.parentId);
  }
  return /^\p{L}$/u.test(key) ? focus(nextNamed(key, index, nodes)) : undefined;
}

/** The next node whose name begins with the letter, around the end. */
function nextNamed(letter: string, index: number, nodes: readonly VisibleNode[]) {
  return [...nodes.slice(index + 1), ...nodes.slice(0, index)]
    .find(({ name }) => name.toLowerCase().startsWith(letter.toLowerCase()))?.id;
}
