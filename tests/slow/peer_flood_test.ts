import { assertEquals } from "@std/assert";
import { Random } from "../../scripts/soak/random.ts";
import { sendAsPeer } from "../support/send_as_peer.ts";
import { field } from "../../src/lib/json.ts";
import { RawProcess } from "../e2e/raw_process.ts";
import { testTeam } from "../e2e/test_workspace.ts";

const MESSAGES = 16;
const LENGTH = 250_000;

/** As many different letters as there are, and something that almost passes for a frame. */
function oddText(random: Random): string {
  let text = "";
  while (text.length < LENGTH) text += String.fromCharCode(random.between(0x0a0, 0xd7ff));
  return `${text} from channel ［/channel &lt;channel`;
}

Deno.test("megabytes of odd letters from a peer keep neither a ping nor the user's word waiting", async () => {
  await using team = await testTeam({ recordRequests: false });
  const { platform, id, peerId } = team;
  const peer = { id: peerId, token: await platform.createToken(peerId) };
  // All of them come with one fetch.
  const end = platform.faults.use(({ path }) =>
    path.endsWith("/activity") ? new Response("", { status: 503 }) : undefined
  );
  const random = new Random(7);
  for (let sent = 0; sent < MESSAGES; sent++) {
    await sendAsPeer(platform, peer, id, oddText(random));
  }
  await platform.sendAsUser(id, "STOP");
  await using server = RawProcess.start(team.env);
  await server.initialize();
  end();
  let text: unknown;
  while (text === undefined) {
    const peeked = server.request("tools/call", { name: "inbox_peek", arguments: { limit: 1 } });
    // The guard of `request` is what fails when the program is held up.
    assertEquals((await server.request("ping")).result, {});
    const messages = field(field((await peeked).result, "structuredContent"), "messages");
    text = Array.isArray(messages)
      ? messages.map((message) => field(message, "text")).find((found) => found === "STOP")
      : undefined;
  }
  assertEquals(text, "STOP");
});
