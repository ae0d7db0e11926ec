import { assert, assertEquals, assertMatch } from "@std/assert";
import { diagnose } from "../../src/commands/doctor/diagnose.ts";
import type { Finding } from "../../src/commands/doctor/finding.ts";
import type { LocalPlatformOptions } from "../../src/local/start.ts";
import { healthyProgram, reading, Stage, withEntry } from "./doctor/stage.ts";

/** What the doctor says of requests, and of anything that is wrong. */
async function look(stage: Stage): Promise<{ requests: Finding[]; first?: Finding }> {
  const { findings, first } = await diagnose({
    read: reading(stage.env),
    signal: new AbortController().signal,
    program: () => healthyProgram(),
    clients: withEntry(),
    servers: () => Promise.resolve([]),
    askMs: 1_000,
  });
  const requests = findings.filter(({ cause }) => /^platform\..*requests/.test(cause));
  return { requests, ...(first && { first }) };
}

const make = (platform?: LocalPlatformOptions) => Stage.make(platform);

Deno.test("that the platform takes requests is an ability", async () => {
  await using stage = await make();
  const { requests, first } = await look(stage);
  assertEquals(requests.map(({ mark, cause }) => [mark, cause]), [["ok", "platform.requests"]]);
  assertEquals(first, undefined);
  const asked = stage.platform.requests.filter(({ path }) => path.endsWith("/requests"));
  assertEquals(asked.map(({ method, path }) => `${method} ${path}`), [
    `GET /workspaces/${stage.id}/requests`,
  ]);
});

Deno.test("an older platform without them is nothing wrong, and one sentence says so", async () => {
  await using stage = await make({ version: "n2" });
  const { requests: [found, ...others], first } = await look(stage);
  assertEquals([found?.mark, found?.cause, others], ["skip", "platform.no_requests", []]);
  assertMatch(
    found?.text ?? "",
    /is an older platform, without requests and approvals: agents ask/,
  );
  assertEquals(first, undefined);
});

Deno.test("what could not be seen is not said to be missing", async () => {
  for (
    const [outcome, told] of [
      [() => new Response("", { status: 404 }), /\(404\)$/],
      [() => "drop" as const, /\(no answer\)$/],
      [() => "hang" as const, /\(no answer in time\)$/],
      [() => new Response("<html>"), /\(200\)$/],
    ] as const
  ) {
    await using stage = await make();
    stage.platform.faults.use(({ path }) => path.endsWith("/requests") ? outcome() : undefined);
    const { requests: [found, ...others], first } = await look(stage);
    assertEquals([found?.mark, found?.cause, others], ["skip", "platform.requests_unknown", []]);
    assertMatch(found?.text ?? "", told);
    assertEquals(first, undefined);
  }
});

Deno.test("a platform whose requests fail says with what, and that the rest goes on", async () => {
  await using stage = await make();
  stage.platform.faults.use(({ path }) =>
    path.endsWith("/requests")
      ? Response.json({ error: "query failed" }, { status: 500 })
      : undefined
  );
  const { requests: [found, ...others], first } = await look(stage);
  assertEquals([found?.mark, found?.cause, others], ["warn", "platform.requests_fail", []]);
  assertMatch(
    found?.text ?? "",
    / fails at requests and approvals \(500 "query failed"\); all else goes on$/,
  );
  assertEquals(first?.cause, "platform.requests_fail");
});

Deno.test("with a token that is refused nothing is said of them", async () => {
  await using stage = await make();
  stage.platform.revokeTokens(stage.id);
  const { requests, first } = await look(stage);
  assertEquals(requests, []);
  assertEquals(first?.cause, "token.refused");
});

Deno.test("the token is sent there only after the workspace's record was shown", async () => {
  await using stage = await make();
  stage.platform.removeWorkspace(stage.id);
  await look(stage);
  assert(!stage.platform.requests.some(({ path }) => path.endsWith("/requests")));
});
