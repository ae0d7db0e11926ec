import { assertEquals } from "@std/assert";
import type { WorkspaceView } from "../../src/local/page/protocol.ts";
import { movedWindow, windowOf } from "../../src/page/chat/window.ts";
import { moveOf, visibleNodes } from "../../src/page/map/visible_nodes.ts";
import { merged } from "../../src/page/state/merge.ts";
import { type TreeNode, treeOf } from "../../src/page/state/tree.ts";

function workspace(id: string, parentId: string | null, name = id): WorkspaceView {
  return {
    id,
    name,
    parentId,
    role: null,
    status: "online",
    kind: "colleague",
    deliveryMode: null,
    lastSeenAt: null,
    currentTask: "",
    activeTasks: 0,
  };
}

/** `a(b,c)` */
function shape(nodes: readonly TreeNode[]): string {
  return nodes.map(({ workspace: { id }, children }) =>
    children.length === 0 ? id : `${id}(${shape(children)})`
  ).join();
}

Deno.test("a list of messages stays in order, each once, the newest form of it", () => {
  const list = (...seqs: number[]) => seqs.map((seq) => ({ seq, is: "old" }));
  assertEquals(merged(list(1, 2), list(3)).map(({ seq }) => seq), [1, 2, 3]);
  assertEquals(merged(list(5, 6), list(2, 3)).map(({ seq }) => seq), [2, 3, 5, 6]);
  assertEquals(merged(list(1, 2), [{ seq: 2, is: "new" }]), [{ seq: 1, is: "old" }, {
    seq: 2,
    is: "new",
  }]);
  assertEquals(merged(list(1), list(3, 2)).map(({ seq }) => seq), [1, 2, 3]);
});

Deno.test("the tree has every workspace once, whatever parents are claimed", () => {
  const tree = (...views: WorkspaceView[]) => shape(treeOf(views, "you"));
  assertEquals(
    tree(workspace("b", "you"), workspace("a", "you"), workspace("you", null)),
    "you(a,b)",
  );
  assertEquals(
    tree(workspace("z", "gone"), workspace("you", null), workspace("a", null)),
    "you,a,z",
  );
  assertEquals(tree(workspace("a", "b"), workspace("b", "a"), workspace("c", "a")), "a(c),b");
  assertEquals(tree(workspace("a", "a")), "a");
});

Deno.test("the map's keys move as in any tree", () => {
  const views = [
    workspace("you", null),
    workspace("a", "you"),
    workspace("b", "a"),
    workspace("c", "you"),
  ];
  const tree = treeOf(views, "you");
  const nodes = visibleNodes(tree, new Set());
  assertEquals(nodes.map(({ id }) => id), ["you", "a", "b", "c"]);
  const move = (key: string, id: string) => moveOf(key, id, nodes);
  assertEquals(move("ArrowDown", "b"), { kind: "focus", id: "c" });
  assertEquals(move("ArrowUp", "you"), undefined);
  assertEquals(move("ArrowRight", "a"), { kind: "focus", id: "b" });
  assertEquals(move("ArrowRight", "b"), undefined);
  assertEquals(move("ArrowLeft", "b"), { kind: "focus", id: "a" });
  assertEquals(move("ArrowLeft", "a"), { kind: "close", id: "a" });
  assertEquals(move("End", "you"), { kind: "focus", id: "c" });
  assertEquals(move("B", "c"), { kind: "focus", id: "b" });
  assertEquals(move("F5", "c"), undefined);
  const folded = visibleNodes(tree, new Set(["a"]));
  assertEquals(moveOf("ArrowRight", "a", folded), { kind: "open", id: "a" });
});

Deno.test("a window over messages moves up and down, and back to the newest", () => {
  const seqs = Array.from({ length: 500 }, (_, index) => index + 1);
  const newest = windowOf(seqs, undefined);
  assertEquals(newest, { start: 320, end: 500, isAtNewest: true });
  const up = windowOf(seqs, movedWindow(seqs, newest, "up"));
  assertEquals(up, { start: 260, end: 440, isAtNewest: false });
  assertEquals(movedWindow(seqs, up, "down"), undefined);
  assertEquals(movedWindow(seqs, { start: 0, end: 200, isAtNewest: false }, "up"), 180);
  assertEquals(windowOf([], undefined), { start: 0, end: 0, isAtNewest: true });
});
