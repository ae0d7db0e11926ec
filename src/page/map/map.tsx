import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { usePage } from "../parts/context.ts";
import { workspaceHref } from "../state/route.ts";
import type { TreeNode } from "../state/tree.ts";
import { MapNode } from "./map_node.tsx";
import { moveOf, visibleNodes } from "./visible_nodes.ts";

/** The organisation: a tree of workspaces, moved through with the arrow keys. */
export function OrganisationMap() {
  const page = usePage();
  const closed = useSignal<ReadonlySet<string>>(new Set());
  const focused = useSignal("");
  const list = useRef<HTMLUListElement>(null);
  const tree = page.tree.value;
  const nodes = visibleNodes(tree, closed.value);
  const has = (id: string) => nodes.some((node) => node.id === id);
  // One node takes the Tab key; the arrow keys go on from there.
  const tabStop = [focused.value, page.selectedId.value].find(has) ?? nodes[0]?.id;

  const setOpen = (id: string, isOpen: boolean) => {
    const next = new Set(closed.value);
    if (isOpen) next.delete(id);
    else next.add(id);
    closed.value = next;
  };
  const select = (id: string) => {
    focused.value = id;
    location.hash = workspaceHref("chat", id);
    // In a narrow window the map makes way for the workspace: the focus must not go with it.
    addEventListener("hashchange", () => {
      requestAnimationFrame(() => {
        if (list.current?.checkVisibility() === false) {
          document.getElementById("workspace")?.focus();
        }
      });
    }, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || tabStop === undefined) return;
    if (event.key === "Enter" || event.key === " ") select(tabStop);
    else {
      const move = moveOf(event.key, tabStop, nodes);
      if (move === undefined) return;
      if (move.kind !== "focus") setOpen(move.id, move.kind === "open");
      else {
        focused.value = move.id;
        const items = list.current?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [];
        [...items].find(({ dataset }) => dataset.id === move.id)?.focus();
      }
    }
    event.preventDefault();
  };

  const draw = (children: readonly TreeNode[], level: number) =>
    children.map((node, index) => (
      <MapNode
        key={node.workspace.id}
        node={node}
        place={{ level, position: index + 1, count: children.length }}
        isTabStop={node.workspace.id === tabStop}
        isOpen={!closed.value.has(node.workspace.id)}
        onSelect={select}
        onFold={setOpen}
        onFocus={(id) => focused.value = id}
        draw={draw}
      />
    ));
  return (
    <ul class="map" role="tree" aria-label="Workspaces" ref={list} onKeyDown={onKeyDown}>
      {draw(tree, 1)}
    </ul>
  );
}
