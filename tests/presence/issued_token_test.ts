import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { answerWith, HEARTBEAT, REGISTER, Stage } from "./support.ts";

const ISSUED = "tok-IssuedByTheRegistrationOnly-0123456789";

/** Registering hands out a token, as with only a token of the Tokens tab left (2026-08 3.5). */
async function issuing(): Promise<Stage> {
  const stage = await Stage.make();
  answerWith(stage, REGISTER, 200, JSON.stringify({ status: "registered", auth_token: ISSUED }));
  return stage;
}

const peersOf = ({ id }: Stage) => `/registry/${id}/peers`;
const tokenOf = (stage: Stage) => Deno.readTextFile(stage.tokenPath);

Deno.test("a token that is issued beside one that the platform takes is not kept, nor hinted at", async () => {
  await using stage = await issuing();
  await stage.presence.register(stage.signal);
  assert(await tokenOf(stage) === stage.token, "The token was replaced");
  assertEquals(stage.presence.state, "online");
  assertEquals(stage.received(peersOf(stage)).length, 1);
  assert(stage.secrets.includes(ISSUED), "It may show in a line");
  assertEquals(stage.lines, []);
});

Deno.test("a revoked token is found by a call that checks it, and the issued one used", async () => {
  await using stage = await issuing();
  await stage.platform.createToken(stage.id, ISSUED);
  await stage.platform.revokeToken(stage.token);
  await stage.presence.register(stage.signal);
  assert(await tokenOf(stage) === ISSUED, "It is not kept");
  assertEquals(stage.presence.state, "online");
  const [line = "", ...others] = stage.lines;
  assertEquals(others, []);
  assertStringIncludes(line, `did not know a token for workspace ${stage.id}`);
  assertNotMatch(line, /typing error/);
});

Deno.test("while the platform does not say whether it takes the token, it is left alone", async () => {
  await using stage = await issuing();
  await stage.platform.createToken(stage.id, ISSUED);
  const end = answerWith(stage, peersOf(stage), 503);
  const asked = stage.answered(peersOf(stage), 3);
  stage.run();
  await asked;
  assert(await tokenOf(stage) === stage.token, "The token was replaced");
  await stage.platform.revokeToken(stage.token);
  end();
  await stage.told("issued a new one");
  assert(await tokenOf(stage) === ISSUED, "It is not kept");
});

Deno.test("of a removed workspace no issued token is kept, whether there was one or not", async () => {
  for (const hadToken of [true, false]) {
    await using stage = await issuing();
    if (!hadToken) await Deno.remove(stage.tokenPath);
    stage.platform.removeWorkspace(stage.id);
    await stage.presence.register(stage.signal);
    assertEquals(stage.presence.state, "removed");
    const kept = await tokenOf(stage).catch(() => undefined);
    assert(kept === (hadToken ? stage.token : undefined), "It is kept");
    assertEquals(stage.lines.length, 1);
    assertStringIncludes(stage.lines[0] ?? "", "was removed from the platform");
  }
});

Deno.test("a platform that comes back has refused tokens tried again soon", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  const { tokens } = stage.workspace;
  await tokens.refuse(stage.token);
  const end = answerWith(stage, HEARTBEAT, 500);
  const failed = stage.answered(HEARTBEAT, 2);
  stage.run();
  await failed;
  let hurried = false;
  tokens.hurry = () => hurried = true;
  end();
  await stage.until(() => hurried);
});
