import { assertEquals } from "@std/assert";
import type { ServerVersion } from "../../src/local/start.ts";
import { routes } from "../../src/local/server/routes.ts";
import { openSqliteStore } from "../../src/local/state/sqlite_store.ts";
import { a2aReplays, delegationReplays } from "./contract/a2a.ts";
import { activityReplays, messageAndFileReplays } from "./contract/activity.ts";
import { assertAnswer, cases } from "./contract/fixtures.ts";
import { leftOut } from "./contract/left_out.ts";
import { memoryReplays, tokenReplays } from "./contract/memories_tokens.ts";
import { registryReplays } from "./contract/registry.ts";
import { replayCase } from "./contract/replay_case.ts";
import { requestReplays } from "./contract/requests.ts";
import { seenReplays } from "./contract/seen.ts";
import type { Replay } from "./contract/world.ts";

const VERSIONS: readonly ServerVersion[] = ["n1", "n2", "n3"];
const replays: Record<string, Replay> = {
  ...registryReplays,
  ...a2aReplays,
  ...delegationReplays,
  ...activityReplays,
  ...messageAndFileReplays,
  ...memoryReplays,
  ...tokenReplays,
  ...seenReplays,
  ...requestReplays,
};

Deno.test("every example exchange is either replayed or left out for a reason", () => {
  const listed = [...Object.keys(replays), ...Object.keys(leftOut)];
  assertEquals(listed.toSorted(), cases.map((example) => example.id).toSorted());
});

Deno.test("every endpoint of the local platform has an example exchange that is replayed", () => {
  const replayed = cases.filter(({ id }) => replays[id]).map(({ request }) =>
    `${request.method} ${request.path.replace(/\?.*/, "")}`
  );
  const without = routes().filter(({ method, path }) => {
    const pattern = new RegExp(`^${method} ${path.replace(/:\w+/g, "[^/]+")}$`);
    return !replayed.some((call) => pattern.test(call));
  });
  assertEquals(without.map(({ method, path }) => `${method} ${path}`), []);
});

for (const kind of ["in memory", "in a file"] as const) {
  Deno.test(`the local platform, its state ${kind}, answers every example exchange as the platform does`, async (t) => {
    for (const example of cases) {
      const replay = replays[example.id];
      if (!replay) continue;
      for (const version of example.layers ?? replay.versions ?? VERSIONS) {
        const { endpoint, id, response: { status } } = example;
        await t.step(`${id}: ${endpoint} answers ${status} (${version})`, async () => {
          const store = kind === "in memory" ? undefined : await openSqliteStore(":memory:");
          const { answer, baseUrl, events } = await replayCase(example, replay, version, store);
          store?.close();
          assertAnswer(answer, example, baseUrl, replay);
          if (example.events) assertEquals(events, example.events, `${id}: events`);
        });
      }
    }
  });
}
