import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Refusals } from "../../src/presence/refusals.ts";
import { HEARTBEAT, REGISTER, Stage } from "./support.ts";

/** Beats that are answered so, one after the other, and the lines that were told by then. */
async function linesAfter(statuses: readonly number[]): Promise<string[]> {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  let next = 0;
  stage.platform.faults.use(({ path }) => {
    if (path !== HEARTBEAT) return undefined;
    const status = statuses[next++];
    if (status === undefined) return "hang"; // All earlier ones have been dealt with.
    return status === 200 ? undefined : Response.json({ error: "no" }, { status });
  });
  const all = stage.platform.nextRequest(({ path }) =>
    path === HEARTBEAT && next === statuses.length
  );
  stage.run();
  await all;
  await stage.end();
  return stage.lines.filter((line) => line.includes("refused"));
}

const revoked = (lines: string[]) => lines.filter((line) => line.includes("revoked"));

Deno.test("refusals are told at the first, second and third, then with every twentieth", () => {
  const refusals = new Refusals();
  const told = Array.from({ length: 70 }, (_, i) => i + 1)
    .filter(() => refusals.next(401, "ws") !== undefined);
  assertEquals(told, [1, 2, 3, 23, 43, 63]);
});

Deno.test("the third line names what happened and what to do; the first two only hint", () => {
  const refusals = new Refusals();
  const [first = "", second = "", third = ""] = [401, 403, 401].map((status) =>
    refusals.next(status, "ws-1")
  );
  assertMatch(first, /ws-1 refused with 401 \(1 of 3\).*Tokens tab/);
  assertMatch(second, /ws-1 refused with 403 \(2 of 3\).*Tokens tab/);
  for (
    const part of ["ws-1", "3 times in a row", "401", "revoked", "deleted", "keeps running"]
  ) assertStringIncludes(third, part);
  for (const part of ["calls fail", "canvas", "Tokens tab", "MOLECULE_WORKSPACE_TOKEN"]) {
    assertStringIncludes(third, part);
  }
});

Deno.test("an accepted beat starts the count again", () => {
  const refusals = new Refusals();
  refusals.next(401, "ws");
  refusals.next(401, "ws");
  refusals.reset();
  assertStringIncludes(refusals.next(401, "ws") ?? "", "(1 of 3)");
});

Deno.test("one refused beat is told, but not as the end of the token", async () => {
  const lines = await linesAfter([401]);
  assertEquals([lines.length, revoked(lines).length], [1, 0]);
});

Deno.test("three refused beats are told as the end of the token, 401 and 403 alike", async () => {
  for (const statuses of [[401, 401, 401], [403, 403, 403], [401, 403, 401]]) {
    assertEquals(revoked(await linesAfter(statuses)).length, 1);
  }
});

Deno.test("an accepted beat in between resets the count", async () => {
  const lines = await linesAfter([401, 401, 200, 401]);
  assertEquals([lines.length, revoked(lines).length], [3, 0]);
});

Deno.test("other failures neither count nor reset", async () => {
  assertEquals(await linesAfter([500, 500, 500]), []);
  assertEquals(revoked(await linesAfter([401, 500, 401, 503])).length, 0);
  assertEquals(revoked(await linesAfter([401, 500, 401, 503, 401])).length, 1);
});

Deno.test("a revoked token is told, never shown, and a new one heals with a registration", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  const keep = await stage.platform.createToken(stage.id); // Else any bearer would pass again.
  await stage.platform.revokeToken(stage.token);
  stage.run();
  await stage.told("revoked");
  assertEquals(stage.presence.state, "refused");
  assert(!stage.lines.join("\n").includes(stage.token), "The token shows");
  const registered = stage.answered(REGISTER);
  await Deno.writeTextFile(stage.tokenPath, keep, { mode: 0o600 });
  assertEquals(await (await registered).answered, 200);
  await stage.answered(HEARTBEAT);
  assertEquals(stage.presence.state, "online");
});
