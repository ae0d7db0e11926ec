import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { writePrivateFile } from "../../src/lib/files/private_file.ts";
import { startLocalPlatform } from "../../src/local/start.ts";
import { Random } from "../../scripts/soak/random.ts";
import { randomFault } from "../../scripts/soak/traffic.ts";
import { sendAsPeer } from "../support/send_as_peer.ts";
import { processTest } from "../e2e/whole_process.ts";
import { live } from "./agent_life.ts";

/** Longer on demand: MOLECULE_CHAOS_MESSAGES=20000 MOLECULE_CHAOS_SEED=7 deno task test:slow --filter=kills */
const MESSAGES = Number(Deno.env.get("MOLECULE_CHAOS_MESSAGES") ?? "2000");
const KILLS = Math.ceil(MESSAGES / 80);
const SEED = Number(Deno.env.get("MOLECULE_CHAOS_SEED") ?? "20260521");
const FAULT_RATE = 0.12;
const ROTATE_EVERY = 300;

/** What the agent saw, over all lives of the server. */
class Ledger {
  /** Texts in the order in which they were first handed out. */
  readonly handed: string[] = [];
  readonly popped = new Set<string>();
  readonly again: string[] = [];
  readonly #seen = new Set<string>();

  hand(activityId: string, text: string): void {
    if (this.popped.has(activityId)) this.again.push(text);
    if (this.#seen.has(activityId)) return;
    this.#seen.add(activityId);
    this.handed.push(text);
  }
}

processTest(
  "every message arrives, none after its pop, in order, through kills and faults",
  async () => {
    const random = new Random(SEED);
    await using platform = await startLocalPlatform({
      rateLimit: { requests: 1_000_000, windowMs: 60_000 },
      recordRequests: false,
    });
    const receiver = await platform.createWorkspace({ name: "Receiver", deliveryMode: "poll" });
    const senders = await Promise.all(
      ["Ann", "Ben", "Cyd"].map((name) =>
        platform.createWorkspace({ name, parentId: receiver.id })
      ),
    );
    const stateDir = await Deno.makeTempDir({ prefix: "molecule-chaos-" });
    let token = receiver.token;
    const env = {
      WORKSPACE_ID: receiver.id,
      PLATFORM_URL: platform.url,
      MOLECULE_WORKSPACE_TOKEN: token,
      CONFIGS_DIR: stateDir,
    };
    platform.faults.use((request) =>
      /\/(activity|stream|heartbeat)/.test(request.path) && random.next() < FAULT_RATE
        ? randomFault(random)
        : undefined
    );

    const ledger = new Ledger();
    const sending = (async () => {
      for (let index = 0; index < MESSAGES; index++) {
        const number = index % (senders.length + 1);
        const sender = senders[number];
        const text = `${number}:${index}`;
        if (sender) await sendAsPeer(platform, sender, receiver.id, text);
        else await platform.sendAsUser(receiver.id, text);
        if (index % ROTATE_EVERY === ROTATE_EVERY - 1) {
          const fresh = await platform.createToken(receiver.id);
          await writePrivateFile(join(stateDir, ".auth_token"), fresh);
          await platform.revokeToken(token);
          token = fresh;
        }
      }
    })();
    // Chance of its own: how many faults happen depends on the pace of the machine.
    const killing = new Random(SEED + 1);
    let lives = 0;
    let done = false;
    while (!done) {
      lives += 1;
      const killAfter = lives <= KILLS ? killing.between(1, 2 * 60) : Infinity;
      done = await live({
        env,
        killAfter,
        random: killing,
        missing: () => MESSAGES - ledger.handed.length,
        onHanded: ({ activity_id, text }) => ledger.hand(activity_id, text),
        onPopped: ({ activity_id }) => void ledger.popped.add(activity_id),
      });
    }
    await sending;
    await Deno.remove(stateDir, { recursive: true });

    assertEquals(ledger.again, [], "handed out again after its pop was answered");
    assertEquals(new Set(ledger.handed).size, MESSAGES, "every message was handed out");
    for (const sender of [...senders.keys(), senders.length]) {
      const order = ledger.handed.filter((text) => text.startsWith(`${sender}:`));
      const sorted = [...order].sort((a, b) => numberOf(a) - numberOf(b));
      assertEquals(order, sorted, `order of sender ${sender}`);
    }
    assert(lives > KILLS, `expected ${KILLS} kills, got ${lives - 1}`);
  },
);

function numberOf(text: string): number {
  return Number(text.split(":")[1]);
}
