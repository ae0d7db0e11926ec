import { assertEquals, assertThrows } from "@std/assert";
import { bounded, STORE_LIMITS, type StoreLimits } from "../../../src/local/state/bounded_store.ts";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { StoreError } from "../../../src/local/state/store.ts";
import { act, raise, said, write } from "../requests.ts";
import { startTeam } from "../support.ts";

const limits = (less: Partial<StoreLimits>) => ({ storeLimits: less });
const KIB = 1024;

Deno.test("bounds: a request or a message too many is refused as when the database fails", async () => {
  await using team = await startTeam(limits({ requests: 2, requestMessages: 1 }));
  const { lead } = team;
  const id = await raise(lead);
  await act(lead, await raise(lead), "cancel");
  const body = { kind: "task", recipient_type: "user", title: "x" };
  const third = await lead.post(`/workspaces/${lead.id}/requests`, body);
  assertEquals(said(third), [500, "failed to create request"]);
  assertEquals((await write(lead, id)).status, 201);
  assertEquals(said(await write(lead, id)), [500, "failed to add message"]);
});

Deno.test("bounds: what was kept before counts, too", async () => {
  const inner = new MemoryStore();
  await using team = await startTeam({ store: inner });
  const id = await raise(team.lead);
  await write(team.lead, id);
  const store = bounded(inner, { ...STORE_LIMITS, requests: 1, requestMessages: 1 });
  const [row] = store.requests({ limit: 1 });
  const [message] = store.requestMessages(id, 1);
  const next = crypto.randomUUID();
  assertThrows(() => row && store.insertRequest({ ...row, id: next }), StoreError);
  assertThrows(() => message && store.insertRequestMessage({ ...message, id: next }), StoreError);
});

Deno.test("bounds: requests and their messages are refused when they are too large together", async () => {
  await using team = await startTeam(limits({ rowUnits: 20 * KIB }));
  const { lead, platform } = team;
  const id = await raise(lead, { title: "x".repeat(12 * KIB) });
  const write12 = () => write(lead, id, "x".repeat(12 * KIB));
  assertEquals((await write12()).status, 500);
  assertEquals((await write(lead, id, "x".repeat(4 * KIB))).status, 201);
  const body = { kind: "task", recipient_type: "user", title: "x".repeat(4 * KIB) };
  assertEquals((await lead.post(`/workspaces/${lead.id}/requests`, body)).status, 500);
  // An answer makes a request no larger to speak of.
  assertEquals((await platform.respondAsPerson(id, "done")).status, 200);
});
