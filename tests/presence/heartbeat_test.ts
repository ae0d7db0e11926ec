import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { replaceFile } from "../../src/lib/files/replace_file.ts";
import { FakeTime } from "../support/fake_time.ts";
import { answerWith, CARD, HEARTBEAT, REGISTER, Stage } from "./support.ts";

Deno.test("it registers before the first beat, once", async () => {
  await using stage = await Stage.make();
  const beats = stage.answered(HEARTBEAT, 5);
  stage.run();
  await beats;
  const paths = stage.platform.requests.map(({ path }) => path);
  assertEquals(paths.slice(0, 2), [REGISTER, HEARTBEAT]);
  assertEquals(stage.received(REGISTER).length, 1);
  assertEquals(stage.lines, []);
});

Deno.test("a beat carries every field, numbers the platform takes, bearer and origin", async () => {
  const times = [1_000, 1_000, 8_999.9];
  await using stage = await Stage.make({ now: () => times.shift() ?? 8_999.9 });
  const beat = stage.answered(HEARTBEAT);
  stage.run();
  const { body, headers, answered } = await beat;
  assertEquals(JSON.parse(body ?? ""), {
    workspace_id: stage.id,
    error_rate: 0,
    sample_error: "",
    active_tasks: 0,
    uptime_seconds: 7,
  });
  assertEquals(headers.origin, stage.platform.url);
  assert(headers.authorization === `Bearer ${stage.token}`, "Another bearer was sent");
  assertEquals(await answered, 200);
});

Deno.test("a beat names the task that runs, and none when none does", async () => {
  let task: string | undefined = "Delegating to Writer";
  await using stage = await Stage.make({ currentTask: () => task });
  const beat = stage.answered(HEARTBEAT);
  stage.run();
  const first = JSON.parse((await beat).body ?? "");
  assertEquals([first.current_task, first.active_tasks], [task, 0]);
  task = undefined;
  await stage.answered(HEARTBEAT); // May have been under way already.
  const last = JSON.parse((await stage.answered(HEARTBEAT)).body ?? "");
  assert(!("current_task" in last));
});

Deno.test("the inbound secret of a beat is kept", async () => {
  await using stage = await Stage.make();
  const secret = "secret-of-a-beat-0123456789";
  answerWith(stage, HEARTBEAT, 200, JSON.stringify({ platform_inbound_secret: secret }));
  // When the second beat comes, what the first one brought has been kept.
  const beats = stage.answered(HEARTBEAT, 2);
  stage.run();
  await beats;
  assert(await Deno.readTextFile(stage.secretPath) === secret, "Another secret is kept");
  assert(stage.secrets.includes(secret));
});

for (const body of ["", "not JSON", "[]", "null", '{"platform_inbound_secret": 7}']) {
  Deno.test(`a beat answered with ${JSON.stringify(body)} counts, and nothing is said`, async () => {
    await using stage = await Stage.make();
    answerWith(stage, HEARTBEAT, 200, body);
    const beats = stage.answered(HEARTBEAT, 3);
    stage.run();
    await beats;
    assertEquals([stage.presence.state, stage.lines], ["online", []]);
  });
}

Deno.test("a platform that is down is reported in two lines, however long, and again next time", async () => {
  await using stage = await Stage.make();
  let number = 0;
  const down = () =>
    stage.platform.faults.use(() => Response.json({ error: `error ${++number}` }, { status: 503 }));
  const up = down();
  const beats = stage.answered(HEARTBEAT, 50);
  stage.run();
  await beats;
  assertEquals(stage.presence.state, "unreachable");
  assertEquals(stage.lines.map((line) => line.replace(/ failed: .*/, "")), [
    `[molecule-mcp] Registering workspace ${stage.id}`,
    `[molecule-mcp] Heartbeat for workspace ${stage.id}`,
  ]);

  const check = stage.answered(`/workspaces/${stage.id}`);
  up();
  await check;
  assertEquals(stage.lines.length, 2);
  assertEquals(stage.platform.status(stage.id), "online");

  const [beat, again] = [stage.answered(HEARTBEAT, 50), down()];
  await beat;
  assert(stage.lines.length > 2 && stage.lines.length <= 4, stage.lines.join("\n"));
  assertStringIncludes(stage.lines.at(-1) ?? "", "503");
  again();
});

Deno.test("alternating answers are reported once each", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  const statuses = [500, 502, 503, 429];
  let next = 0;
  stage.platform.faults.use(() => {
    const status = statuses[next++ % statuses.length] ?? 500;
    return Response.json({ error: "no" }, { status });
  });
  const beats = stage.answered(HEARTBEAT, 40);
  stage.run();
  await beats;
  assertEquals(stage.lines.length, statuses.length);
});

const FAILURES: [string, () => Response | "drop"][] = [
  ["a cut connection", () => "drop"],
  ["a 500", () => new Response("no", { status: 500 })],
  ["a 429", () => new Response("no", { status: 429 })],
  ["a 400", () => Response.json({ error: "invalid request body" }, { status: 400 })],
  ["a redirect", () => new Response(null, { status: 302, headers: { Location: "http://h/" } })],
  ["an empty 404", () => new Response(null, { status: 404 })],
  ["a web page", () => new Response("<html>", { status: 404 })],
  ["a 401", () => Response.json({ error: "invalid" }, { status: 401 })],
];
for (const [what, answer] of FAILURES) {
  Deno.test(`beating goes on after ${what} to everything, and heals`, async () => {
    await using stage = await Stage.make();
    const up = stage.platform.faults.use(answer);
    const beats = stage.answered(HEARTBEAT, 3);
    stage.run();
    await beats;
    assert(stage.lines.length > 0);
    up();
    await stage.until(() => stage.presence.state === "online");
    assertEquals(stage.platform.status(stage.id), "online");
    const stored = { ...CARD, description: CARD.name }; // The platform describes by the name.
    assertEquals(stage.platform.workspace(stage.id)?.agentCard, stored);
  });
}

Deno.test("a token file replaced on disk is picked up at the next heartbeat, without a word", async () => {
  await using stage = await Stage.make();
  const beats = stage.answered(HEARTBEAT, 2);
  stage.run();
  await beats;
  const token = await stage.platform.createToken(stage.id);
  await Deno.writeTextFile(`${stage.tokenPath}.new`, token, { mode: 0o600 });
  await replaceFile(`${stage.tokenPath}.new`, stage.tokenPath);
  const healed = stage.platform.nextRequest(({ path, headers }) =>
    path === HEARTBEAT && headers.authorization === `Bearer ${token}`
  );
  await stage.platform.revokeToken(stage.token);
  assertEquals(await (await healed).answered, 200);
  assertEquals([stage.presence.state, stage.lines], ["online", []]);
});

Deno.test("beating ends with the signal, though the platform hangs and the interval is long", async () => {
  for (const fault of ["hang", undefined] as const) {
    await using stage = await Stage.make({ intervalMs: 3_600_000 });
    stage.platform.faults.use(({ path }) => path === HEARTBEAT ? fault : undefined);
    const last = fault === undefined ? `/workspaces/${stage.id}` : HEARTBEAT;
    const asked = stage.platform.nextRequest(({ path }) => path === last);
    stage.run();
    await asked;
    await stage.end();
    assertEquals(stage.lines, []);
  }
});

Deno.test("with the signal fired before it begins, nothing is sent", async () => {
  await using stage = await Stage.make();
  await stage.end();
  stage.run();
  await stage.end();
  assertEquals(stage.platform.requests, []);
});

Deno.test("the workspace's own record is read with the first beat, and then with every 15th", async () => {
  await using stage = await Stage.make({ intervalMs: 20_000, now: () => performance.now() });
  using time = new FakeTime();
  const record = `/workspaces/${stage.id}`;
  stage.run();
  await time.run(295_000);
  assertEquals([stage.received(HEARTBEAT).length, stage.received(record).length], [15, 1]);
  await time.run(10_000);
  assertEquals([stage.received(HEARTBEAT).length, stage.received(record).length], [16, 2]);
  await time.until(stage.end());
});

Deno.test("what a sleeping machine has missed is not made up for: no burst, then the pace of before", async () => {
  let asleepMs = 0;
  const now = () => performance.now() + asleepMs;
  await using stage = await Stage.make({ intervalMs: 20_000, now });
  using time = new FakeTime();
  stage.run();
  await time.run(50_000);
  assertEquals(stage.received(HEARTBEAT).length, 3, "at 0, 20 and 40 s");
  asleepMs = 8 * 3_600_000;
  await time.run(15_000);
  assertEquals(stage.received(HEARTBEAT).length, 4, "the one that was due, at 60 s");
  await time.run(40_000);
  assertEquals(stage.received(HEARTBEAT).length, 6, "at 80 and 100 s");
  await time.until(stage.end());
});

Deno.test("answers that take long do not make the beats rarer", async () => {
  let answeringMs = 0;
  await using stage = await Stage.make({
    intervalMs: 20_000,
    now: () => performance.now() + answeringMs,
    onBeat: () => answeringMs += 5_000,
  });
  using time = new FakeTime();
  stage.run();
  await time.run(70_000);
  assertEquals(stage.received(HEARTBEAT).length, 5, "one every 15 s that are left of the 20 s");
  await time.until(stage.end());
});

Deno.test("only a successful heartbeat is announced to whoever waits for the platform", async () => {
  let told = 0;
  await using stage = await Stage.make({ onBeat: () => told++ });
  const end = answerWith(stage, HEARTBEAT, 500, "{}");
  const failing = stage.answered(HEARTBEAT, 3);
  stage.run();
  await failing;
  assertEquals(told, 0);
  end();
  await stage.answered(HEARTBEAT, 2);
  assert(told > 0);
});
