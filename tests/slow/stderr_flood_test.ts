import { assert } from "@std/assert";
import { RawProcess } from "../e2e/raw_process.ts";
import { testTeam } from "../e2e/test_workspace.ts";

Deno.test("a flood of troubles that others cause is a bounded number of lines", async () => {
  await using team = await testTeam({ recordRequests: false });
  const { platform, id } = team;
  platform.faults.use(({ path }) =>
    path.endsWith("/ack") ? Response.json({ error: "no" }, { status: 500 }) : undefined
  );
  const content = "x";
  const letters = "abcdefghijkl";
  for (const first of letters) {
    await platform.uploadAsUser(
      id,
      [...letters].map((second) => ({ name: `${first}${second}.txt`, content })),
    );
  }
  const startedAtMs = performance.now();
  await using server = RawProcess.start(team.env);
  await server.initialize();
  await platform.sendAsUser(id, "done");
  while (true) {
    const answer = await server.request("tools/call", {
      name: "inbox_peek",
      arguments: { limit: 1_000 },
    });
    if (JSON.stringify(answer).includes("done")) break;
  }
  await server.closeInput();
  const { stderr } = await server.ended();
  const lines = stderr.trimEnd().split("\n").length;
  // 60 at once, then 6 a minute, and a line now and then that says how many were left out.
  const bound = 1.2 * (60 + (performance.now() - startedAtMs) / 10_000);
  assert(lines > 60 && lines < bound, `${lines} lines, at most ${bound}`);
});
