import { assertEquals } from "@std/assert";
import { canCommunicate } from "../../../src/local/access/hierarchy.ts";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { newWorkspace } from "../../../src/local/state/workspace_row.ts";
import { Caller, startTeam } from "../support.ts";

const options = { version: "n1" } as const;

/** A tree: names of the workspaces with the name of the parent. */
const TREE: Record<string, string | null> = {
  root: null,
  left: "root",
  right: "root",
  leaf: "left",
  otherRoot: null,
  otherChild: "otherRoot",
};

const ALLOWED: [string, string, string][] = [
  ["oneself", "left", "left"],
  ["siblings", "left", "right"],
  ["a parent to its child", "root", "left"],
  ["a child to its parent", "left", "root"],
  ["an ancestor to a descendant", "root", "leaf"],
  ["a descendant to an ancestor", "leaf", "root"],
];
const FORBIDDEN: [string, string, string][] = [
  ["an uncle to a nephew", "right", "leaf"],
  ["a nephew to an uncle", "leaf", "right"],
  ["members of different trees", "left", "otherChild"],
  ["a root to the child of another root", "root", "otherChild"],
];

async function startTree(version: "n1" | "n2") {
  const platform = await startLocalPlatform({ version });
  const ids: Record<string, string> = {};
  const callers: Record<string, Caller> = {};
  for (const [name, parent] of Object.entries(TREE)) {
    const parentId = parent === null ? undefined : ids[parent];
    const { id, token } = await platform.createWorkspace({ name, parentId });
    ids[name] = id;
    callers[name] = new Caller(platform, id, token);
  }
  const allowed = async (caller: string, target: string) => {
    const { body } = await new Caller(platform, "", undefined).post("/registry/check-access", {
      caller_id: ids[caller],
      target_id: ids[target],
    });
    return body;
  };
  const peersOf = async (name: string) => {
    const answer = await callers[name]?.get(`/registry/${ids[name]}/peers`);
    const peers: { name: string }[] = JSON.parse(answer?.text ?? "[]");
    return peers.map((peer) => peer.name);
  };
  return { platform, allowed, peersOf, [Symbol.asyncDispose]: () => platform.close() };
}

for (const [pair, caller, target] of ALLOWED) {
  Deno.test(`hierarchy: ${pair} may communicate`, async () => {
    await using tree = await startTree("n1");
    assertEquals(await tree.allowed(caller, target), { allowed: true });
  });
}

for (const [pair, caller, target] of FORBIDDEN) {
  Deno.test(`hierarchy: ${pair} may not communicate`, async () => {
    await using tree = await startTree("n1");
    assertEquals(await tree.allowed(caller, target), { allowed: false });
  });
}

Deno.test("hierarchy: roots may communicate, except on N2", async () => {
  await using tree = await startTree("n1");
  assertEquals(await tree.allowed("root", "otherRoot"), { allowed: true });
  await using newer = await startTree("n2");
  assertEquals(await newer.allowed("root", "otherRoot"), { allowed: false });
});

Deno.test("hierarchy: the same rule holds for messages and for discover", async () => {
  for (const version of ["n1", "n2"] as const) {
    await using team = await startTeam({ version });
    const { platform, lead } = team;
    const otherRoot = platform.store.workspaces().find(({ name }) => name === "Other root");
    const id = otherRoot?.id ?? "";
    const headers = { "X-Workspace-ID": lead.id };
    const expected = version === "n1" ? 200 : 403;
    assertEquals((await lead.send(id, "Hello")).status, expected);
    assertEquals((await lead.get(`/registry/discover/${id}`, headers)).status, expected);
  }
});

Deno.test("hierarchy: the peers are siblings, children and the parent, in this order", async () => {
  await using tree = await startTree("n1");
  assertEquals(await tree.peersOf("left"), ["right", "leaf", "root"]);
  assertEquals(await tree.peersOf("root"), ["otherRoot", "left", "right"]);
  assertEquals(await tree.peersOf("leaf"), ["left"]);
});

Deno.test("hierarchy: on N2 roots are nobody's siblings", async () => {
  await using tree = await startTree("n2");
  assertEquals(await tree.peersOf("root"), ["left", "right"]);
  assertEquals(await tree.peersOf("left"), ["right", "leaf", "root"]);
});

Deno.test("hierarchy: an ancestor is looked for at most 32 generations up", () => {
  const store = new MemoryStore();
  const chain = Array.from({ length: 34 }, () => crypto.randomUUID());
  chain.forEach((id, i) => {
    store.insertWorkspace({ ...newWorkspace(id, `${i}`), parentId: chain[i - 1] ?? null });
  });
  const [top = "", ...below] = chain;
  assertEquals(canCommunicate({ store, options }, below[31] ?? "", top), true);
  assertEquals(canCommunicate({ store, options }, below[32] ?? "", top), false);
});

Deno.test("hierarchy: removed peers are not listed", async () => {
  await using tree = await startTree("n1");
  const left = tree.platform.store.workspaces().find(({ name }) => name === "left");
  tree.platform.removeWorkspace(left?.id ?? "");
  assertEquals(await tree.peersOf("root"), ["otherRoot", "right"]);
});

Deno.test("hierarchy: a cycle of parents ends the search", () => {
  const store = new MemoryStore();
  const [a, b, c] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  store.insertWorkspace({ ...newWorkspace(a, "a"), parentId: b });
  store.insertWorkspace({ ...newWorkspace(b, "b"), parentId: a });
  store.insertWorkspace(newWorkspace(c, "c"));
  assertEquals(canCommunicate({ store, options }, a, c), false);
});

Deno.test("hierarchy: an unknown workspace, or what is not an id, may not communicate", () => {
  const store = new MemoryStore();
  const known = crypto.randomUUID();
  store.insertWorkspace(newWorkspace(known, "known"));
  assertEquals(canCommunicate({ store, options }, known, crypto.randomUUID()), false);
  assertEquals(canCommunicate({ store, options }, "nobody", known), false);
});
