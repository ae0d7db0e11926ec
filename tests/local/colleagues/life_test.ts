import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { startColleagues } from "../../../src/local/colleagues/start.ts";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { openSqliteStore } from "../../../src/local/state/sqlite_store.ts";
import type { PlatformStore } from "../../../src/local/state/store.ts";
import { createOrganisation } from "../../../src/local/team.ts";
import { TestDir } from "../../support/test_dir.ts";
import { Caller } from "../support.ts";
import { startLiving, until } from "./support.ts";

/** Two runs of a platform with the same state. */
async function runTwice(open: () => Promise<{ store: PlatformStore; close: () => void }>) {
  const first = await open();
  let organisation;
  {
    await using platform = await startLocalPlatform({ store: first.store });
    organisation = await createOrganisation(platform);
    await platform.sendAsUser(organisation.colleagues[1]?.id ?? "", "capital of Peru");
    await platform.createToken(organisation.you.id, "of-the-tokens-tab", "api");
  }
  first.close();

  const { store, close } = await open();
  {
    await using platform = await startLocalPlatform({ store, allowLoopbackUrls: true });
    const again = await createOrganisation(platform);
    const ids = ({ you, colleagues }: typeof again) => [you, ...colleagues].map(({ id }) => id);
    assertEquals(ids(again), ids(organisation));
    assertEquals(store.workspaces().length, 4);
    const statusWith = async (token: string) =>
      (await new Caller(platform, again.you.id, token).get(
        `/workspaces/${again.you.id}/activity`,
      )).status;
    assertEquals(await statusWith(organisation.you.token), 401);
    assertEquals(await statusWith(again.you.token), 200);
    assertEquals(await statusWith("of-the-tokens-tab"), 200);
    for (const { id } of again.colleagues) assertEquals(store.liveTokens(id).length, 1);

    await using _colleagues = await startColleagues(platform, again.colleagues, { pollMs: 20 });
    const researcher = again.colleagues[1]?.id ?? "";
    await until(() => platform.userMessages(researcher).length > 0);
    assertStringIncludes(platform.userMessages(researcher)[0]?.message ?? "", "Lima");
  }
  close();
}

Deno.test("a state that was kept has the same organisation; earlier tokens end, what waits is answered", async () => {
  const store = new MemoryStore();
  await runTwice(() => Promise.resolve({ store, close: () => {} }));
});

Deno.test("so it is with a state in a file", async () => {
  await using dir = await TestDir.make();
  await runTwice(async () => {
    const store = await openSqliteStore(join(dir.path, "platform.db"));
    return { store, close: () => store.close() };
  });
});

Deno.test("what is answered is not answered again after a restart", async () => {
  const store = new MemoryStore();
  let id = "";
  for (const run of [1, 2]) {
    await using team = await startLiving({}, { store });
    id = team.idOf("Researcher");
    if (run === 1) await team.platform.sendAsUser(id, "capital of Peru");
    await until(() => team.platform.acknowledgedSeq(id) > 0);
    team.platform.clearRequests();
    await until(() =>
      team.platform.requests.filter(({ path }) => path.includes("/activity")).length > 3
    );
    assertEquals(team.platform.userMessages(id).length, run === 1 ? 1 : 0);
  }
});

Deno.test("the user's question to one that is called is answered after trouble, however long", async () => {
  await using team = await startLiving();
  const { platform, idOf } = team;
  const id = idOf("Echo");
  const off = platform.faults.use(({ path }) =>
    path.includes(`/workspaces/${id}/`) ? Response.json({}, { status: 401 }) : undefined
  );
  await platform.sendAsUser(id, "Hi");
  platform.clearRequests();
  await until(() => platform.requests.filter(({ path }) => path.includes(id)).length >= 4);
  off();
  await until(() => platform.userMessages(id).length > 0);
  assertEquals(platform.userMessages(id).map(({ message }) => message), ["Echo: Hi"]);
});

Deno.test(
  "in the middle of work, with nothing answered, they end and leave nothing",
  async () => {
    await using team = await startLiving({ workMs: 60_000, heartbeatMs: 60_000 });
    const { platform, lead, idOf } = team;
    await lead.send(idOf("Archivist"), "maps");
    platform.faults.use(() => "hang");
    await platform.sendAsUser(idOf("Echo"), "Hi");
    await platform.sendAsUser(idOf("Researcher"), "tides");
  },
);

Deno.test("a platform that ended before them does not keep them", async () => {
  const team = await startLiving();
  await team.platform.close();
  await team[Symbol.asyncDispose]();
});

Deno.test("without leave for addresses of this machine the one that polls works alone", async () => {
  await using team = await startLiving({}, { allowLoopbackUrls: false });
  const { platform, idOf } = team;
  await platform.sendAsUser(idOf("Researcher"), "tides");
  await until(() => platform.userMessages(idOf("Researcher")).length > 0);
  assertEquals(platform.workspace(idOf("Echo"))?.deliveryMode, "poll");
});
