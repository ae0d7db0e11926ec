import { assert, assertEquals } from "@std/assert";
import { Random } from "../../scripts/soak/random.ts";
import { startLocalPlatform } from "../../src/local/start.ts";
import { clientFor } from "../inbox/inbox_harness.ts";
import { processTest } from "../e2e/whole_process.ts";
import { type HandedMessage, live } from "./agent_life.ts";
import { People } from "./request_people.ts";

/** Longer on demand: MOLECULE_CHAOS_REQUESTS=2000 deno task test:slow --filter=decision */
const REQUESTS = Number(Deno.env.get("MOLECULE_CHAOS_REQUESTS") ?? "500");
const SEED = Number(Deno.env.get("MOLECULE_CHAOS_SEED") ?? "20260812");
const KILLS = 5;

/** What the agent saw, over all lives of the server. */
class Ledger {
  /** By the request: how it was said to be decided, and by whom. */
  readonly decisions = new Map<string, string>();
  /** Requests that the agent was asked. */
  readonly asked = new Set<string>();
  /** Those of them that it has popped. */
  readonly taken = new Set<string>();
  /** Requests that were said to be closed. */
  readonly closed = new Set<string>();
  readonly wrong: string[] = [];
  readonly #popped = new Set<string>();

  hand(message: HandedMessage): void {
    const { kind, request_id: id = "", decision = "?", by = "?" } = message;
    // A decision may come as a row and from the list, with different ids.
    if (this.#popped.has(`${kind} ${id}`)) {
      this.wrong.push(`${kind} ${id} came again after its pop`);
    }
    if (kind === "request") this.asked.add(id);
    else if (kind === "request_decision") this.decisions.set(id, `${decision} by ${by}`);
    else if (kind === "request_closed") this.closed.add(id);
    else this.wrong.push(`a message of kind ${kind}`);
  }

  pop({ kind, request_id: id = "" }: HandedMessage): void {
    this.#popped.add(`${kind} ${id}`);
    if (kind === "request") this.taken.add(id);
  }

  /** How many messages are still to come. */
  missing({ cancelled, takenBack, takingBack }: People): number {
    const ofOwn = this.decisions.size + this.closed.intersection(cancelled).size;
    // What was taken back before the agent saw it need not be told; what it took on, has to be.
    const ofOthers = this.asked.union(takenBack).size;
    return REQUESTS - ofOwn - ofOthers + takingBack +
      this.taken.intersection(takenBack).difference(this.closed).size;
  }
}

processTest(
  "every decision, request and cancellation is told once, through kills and outages",
  async () => {
    const random = new Random(SEED);
    await using platform = await startLocalPlatform({
      rateLimit: { requests: 1_000_000, windowMs: 60_000 },
      recordRequests: false,
    });
    const lead = await platform.createWorkspace({ name: "Lead", deliveryMode: "poll" });
    // One decision comes a beat otherwise, which takes minutes.
    platform.store.updateWorkspace(lead.id, { maxConcurrentTasks: 3 });
    const peer = await platform.createWorkspace({ name: "Peer", parentId: lead.id });
    const stateDir = await Deno.makeTempDir({ prefix: "molecule-requests-" });
    const env = {
      WORKSPACE_ID: lead.id,
      PLATFORM_URL: platform.url,
      MOLECULE_WORKSPACE_TOKEN: lead.token,
      CONFIGS_DIR: stateDir,
    };
    const leadClient = clientFor(platform, { ...lead, stateDir });
    const peerClient = clientFor(platform, { ...peer, stateDir });
    const people = new People(platform, { lead: leadClient, peer: peerClient }, random, REQUESTS);
    await people.raise();

    const ledger = new Ledger();
    const deciding = people.decide();
    const killing = new Random(SEED + 1);
    let lives = 0;
    let done = false;
    while (!done) {
      lives += 1;
      const share = REQUESTS / (KILLS + 2);
      done = await live({
        env,
        killAfter: lives <= KILLS ? killing.between(Math.floor(share / 2), share) : Infinity,
        random: killing,
        missing: () => ledger.missing(people),
        onHanded: async (message) => {
          ledger.hand(message);
          if (message.kind === "request") await people.answer(message);
        },
        onPopped: (message) => ledger.pop(message),
        maxQuiet: 60,
      });
    }
    await deciding;
    leadClient.close();
    peerClient.close();
    await Deno.remove(stateDir, { recursive: true });

    assertEquals(ledger.wrong, []);
    assertEquals(ledger.decisions, people.decided);
    assertEquals(ledger.asked.union(people.takenBack), people.asked);
    const { cancelled, takenBack } = people;
    assertEquals(ledger.closed.difference(cancelled.union(takenBack)), new Set());
    assertEquals(cancelled.difference(ledger.closed), new Set());
    assertEquals(takenBack.intersection(ledger.taken).difference(ledger.closed), new Set());
    assert(cancelled.size > 0 && takenBack.intersection(ledger.closed).size > 0);
    assert(lives > KILLS, `expected ${KILLS} kills, got ${lives - 1}`);
  },
);
