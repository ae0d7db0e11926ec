import { assert, assertEquals } from "@std/assert";
import type { LocalPlatform } from "../../src/local/start.ts";
import { Random } from "../../scripts/soak/random.ts";
import { type Received, testWorkspace } from "../e2e/test_workspace.ts";
import { ServerProcess } from "../e2e/server_process.ts";
import { processTest } from "../e2e/whole_process.ts";

const UPLOADS = 200;
const KILLS = 5;
const LONGEST_GAP_MS = 2_000;
const SEED = 20261128;
/** What the user does in the same time. */
const AT_ONCE = 2;
/** The program asks the platform for little; longer than this it leaves nobody waiting. */
const QUIET_CALLS = 10;

processTest(
  "200 files with captions, up to two seconds after them, are 200 messages, through five kills",
  async () => {
    await using workspace = await testWorkspace();
    const { platform, id, env } = workspace;
    const random = new Random(SEED);
    const sent = { done: false };
    const sending = send(platform, id, random).finally(() => sent.done = true);

    /** The caption of each message that was popped, or what else it said. */
    const popped: string[] = [];
    const seen = new Map<string, string>();
    let kills = 0;
    let quiet = 0;
    for (let done = false; !done;) {
      await using server = await ServerProcess.start(env);
      const until = kills < KILLS ? popped.length + random.between(15, 30) : Infinity;
      while (!done && popped.length < until) {
        const message: Received & { timeout?: true } = JSON.parse(
          await server.call("wait_for_message", { timeout_secs: 7 }),
        );
        if (message.timeout) {
          quiet += sent.done ? 1 : 0;
          // A little longer than a file waits, or something is missing.
          done = popped.length >= UPLOADS ? quiet > 0 : quiet > QUIET_CALLS;
          continue;
        }
        seen.set(message.activity_id, message.text);
        assertEquals(message.attachments?.length, 1, message.text);
        assert(message.attachments?.[0]?.uri?.startsWith("workspace:"), "the file is here");
        await server.call("inbox_pop", { activity_id: message.activity_id });
        popped.push(message.text);
      }
      if (!done) {
        kills += 1;
        server.kill();
      }
    }
    await sending;

    const expected = Array.from({ length: UPLOADS }, (_, index) => `caption ${index}`);
    assertEquals([...popped].sort(byNumber), expected);
    assertEquals(new Set(seen.values()).size, UPLOADS);
    assertEquals(kills, KILLS);
    // Nobody's words overtake: the order is that of the captions on the platform.
    const order = platform.activity(id).filter(({ method }) => method === "message/send")
      .sort((a, b) => a.seq - b.seq).map((row) => seen.get(row.id) ?? "");
    assertEquals(popped, order);
  },
);

/** As several users at their canvases: each uploads, waits, and sends the caption. */
async function send(platform: LocalPlatform, id: string, random: Random): Promise<void> {
  let next = 0;
  const user = async () => {
    for (let index = next++; index < UPLOADS; index = next++) {
      const gapMs = index % 4 === 0 ? 0 : random.between(0, LONGEST_GAP_MS);
      const file = { name: `file-${index}.txt`, mimeType: "text/plain", content: `${index}` };
      await platform.sendFilesAsUser(id, `caption ${index}`, [file], { gapMs });
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 400)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, user));
}

function byNumber(a: string, b: string): number {
  return Number(a.split(" ")[1]) - Number(b.split(" ")[1]);
}
