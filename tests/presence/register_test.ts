import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { answerWith, CARD, REGISTER, Stage } from "./support.ts";

const WINDOWS = Deno.build.os === "windows";

async function modeOf(path: string): Promise<number> {
  return (await Deno.stat(path)).mode! & 0o777;
}

Deno.test("registering sends the card in poll mode, with bearer and origin", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  const [request, ...others] = stage.received(REGISTER);
  assertEquals(others, []);
  assertEquals(request?.method, "POST");
  assertEquals(JSON.parse(request?.body ?? ""), {
    id: stage.id,
    url: "",
    agent_card: CARD,
    delivery_mode: "poll",
  });
  const { authorization, origin, "content-type": type } = request?.headers ?? {};
  assertEquals([origin, type], [stage.platform.url, "application/json"]);
  assert(authorization === `Bearer ${stage.token}`, "Another bearer was sent");
});

Deno.test("a registered workspace is online, and nothing is said", async () => {
  await using stage = await Stage.make();
  assertEquals(stage.presence.state, "starting");
  await stage.presence.register(stage.signal);
  assertEquals([stage.presence.state, stage.presence.workspaceId], ["online", stage.id]);
  assertEquals(stage.platform.status(stage.id), "online");
  assertEquals(stage.lines, []);
});

Deno.test("the inbound secret is kept, for this user alone, and hidden from every line", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  const secret = await Deno.readTextFile(stage.secretPath);
  assert(secret.length > 20 && stage.secrets.includes(secret));
  assert(secret === stage.platform.workspace(stage.id)?.inboundSecret, "Another secret is kept");
  if (!WINDOWS) assertEquals(await modeOf(stage.secretPath), 0o600);
});

Deno.test("a new workspace gets its token, which is kept and used from then on", async () => {
  await using stage = await Stage.make({ withToken: false });
  await stage.presence.register(stage.signal);
  const token = await Deno.readTextFile(stage.tokenPath);
  assert(token.length > 20 && stage.secrets.includes(token));
  if (!WINDOWS) assertEquals(await modeOf(stage.tokenPath), 0o600);
  assertEquals(stage.received(REGISTER)[0]?.headers.authorization, undefined);
  assertEquals(stage.lines, []);
  await stage.presence.register(stage.signal);
  assert(stage.received(REGISTER)[1]?.headers.authorization === `Bearer ${token}`);
});

Deno.test("a token that the platform did not know is replaced, and the id questioned", async () => {
  await using stage = await Stage.make({ withToken: false });
  await Deno.writeTextFile(stage.tokenPath, "tok-of-another-workspace", { mode: 0o600 });
  await stage.presence.register(stage.signal);
  assertEquals(stage.lines.length, 1);
  assertStringIncludes(stage.lines[0] ?? "", `did not know a token for workspace ${stage.id}`);
  assertStringIncludes(stage.lines[0] ?? "", "check WORKSPACE_ID for a typo");
  assertEquals(stage.presence.state, "online");
});

Deno.test("a secret that cannot be saved is reported without showing it; it is online anyway", async () => {
  await using stage = await Stage.make({ withToken: false });
  await Deno.mkdir(stage.tokenPath);
  await Deno.mkdir(stage.secretPath);
  await stage.presence.register(stage.signal);
  assertEquals(stage.presence.state, "online");
  await stage.told("Cannot keep the new workspace token");
  await stage.told("The inbound secret is not saved");
  assertEquals(stage.secrets.length, 2);
  const text = stage.lines.join("\n");
  assert(!stage.secrets.some((secret) => text.includes(secret)), "A secret shows");
});

for (const status of [401, 403]) {
  Deno.test(`registering refused with ${status} is told once`, async () => {
    await using stage = await Stage.make();
    answerWith(stage, REGISTER, status);
    await stage.presence.register(stage.signal);
    await stage.presence.register(stage.signal);
    assertEquals(stage.presence.state, "refused");
    assertEquals(stage.lines.length, 1);
    assertStringIncludes(stage.lines[0] ?? "", `refused workspace ${stage.id} (HTTP ${status})`);
  });
}

for (const status of [400, 404, 429, 500, 503]) {
  Deno.test(`registering answered with ${status} is told and no refusal`, async () => {
    await using stage = await Stage.make();
    answerWith(stage, REGISTER, status);
    await stage.presence.register(stage.signal);
    assertEquals(stage.presence.state, "unreachable");
    assertEquals(stage.lines.length, 1);
    assertStringIncludes(stage.lines[0] ?? "", `Registering workspace ${stage.id} failed`);
    assertStringIncludes(stage.lines[0] ?? "", String(status));
  });
}

for (const body of ["<html>Welcome</html>", "", "[]", "null", '"text"']) {
  Deno.test(`registering answered with ${JSON.stringify(body)} is told`, async () => {
    await using stage = await Stage.make();
    answerWith(stage, REGISTER, 200, body);
    await stage.presence.register(stage.signal);
    assertEquals([stage.presence.state, stage.lines.length], ["unreachable", 1]);
  });
}

Deno.test("odd or blank secrets in the answer are not kept", async () => {
  for (const value of ["", " ", 7, null, {}, "online"]) {
    await using stage = await Stage.make();
    const body = JSON.stringify({ auth_token: value, platform_inbound_secret: value });
    answerWith(stage, REGISTER, 200, body);
    await stage.presence.register(stage.signal);
    assertEquals(stage.presence.state, "online");
    assert(await Deno.readTextFile(stage.tokenPath) === stage.token, "The token was replaced");
    assertEquals(await Deno.stat(stage.secretPath).then(() => true, () => false), false);
  }
});

Deno.test("a connection cut without a byte is reported", async () => {
  await using stage = await Stage.make();
  stage.platform.faults.use(() => "drop");
  await stage.presence.register(stage.signal);
  assertEquals([stage.presence.state, stage.lines.length], ["unreachable", 1]);
});

Deno.test("registering ends with the signal, without a word", async () => {
  await using stage = await Stage.make();
  stage.platform.faults.use(() => "hang");
  const asked = stage.platform.nextRequest();
  const registering = stage.presence.register(stage.signal);
  await asked;
  await stage.end();
  await registering;
  assertEquals(stage.lines, []);
});

Deno.test("a card that the agent gives itself while registering stays", async () => {
  let card = CARD;
  await using stage = await Stage.make({ card: () => Promise.resolve(card) });
  const given = { ...CARD, name: "Tide tables" };
  stage.platform.faults.after(({ path }) => {
    if (path === REGISTER) card = given;
    return undefined;
  });
  await stage.presence.register(stage.signal);
  const sent = stage.received(REGISTER).map(({ body }) => JSON.parse(body ?? "").agent_card.name);
  assertEquals(sent, [CARD.name, "Tide tables"]);
  assertEquals(stage.presence.state, "online");
});
