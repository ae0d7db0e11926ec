import { assertEquals } from "@std/assert";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { observed, type StoreObserver } from "../../../src/local/state/observed_store.ts";
import { act, raise, write } from "../requests.ts";
import { startTeam } from "../support.ts";

Deno.test("an observer of the store hears of requests as they are now, and of their messages", async () => {
  const heard: string[] = [];
  const nothing = () => {};
  const observer: StoreObserver = {
    workspaceWritten: nothing,
    activityInserted: nothing,
    activityUpdated: nothing,
    tokenInserted: nothing,
    tokenUpdated: nothing,
    memoryInserted: nothing,
    requestWritten: ({ id, status }) => heard.push(`${id} is ${status}`),
    requestMessageInserted: ({ requestId, body }) => heard.push(`${requestId} says ${body}`),
  };
  const store = observed(new MemoryStore(), () => observer);
  await using team = await startTeam({ store });
  const { lead } = team;
  const id = await raise(lead);
  await write(lead, id, "Please");
  await act(lead, id, "cancel");
  store.updateRequest(crypto.randomUUID(), {});
  assertEquals(heard, [`${id} is pending`, `${id} says Please`, `${id} is cancelled`]);
});
