import { assert, assertEquals } from "@std/assert";
import { Random } from "../../scripts/soak/random.ts";
import { sleep } from "../../src/lib/sleep.ts";
import type { LocalPlatform } from "../../src/local/start.ts";
import { startLocalPlatform } from "../../src/local/start.ts";
import {
  cancelRequest,
  createRequest,
  LISTED_REQUESTS,
  type NewRequest,
  type RequestAction,
  type RequestKind,
  respondToRequest,
} from "../../src/platform/api/requests.ts";
import type { PlatformClient } from "../../src/platform/client/client.ts";
import { clientFor } from "../inbox/inbox_harness.ts";
import { processTest } from "../e2e/whole_process.ts";
import { type HandedMessage, live } from "./agent_life.ts";

/** Longer on demand: MOLECULE_CHAOS_REQUESTS=2000 deno task test:slow --filter=decision */
const REQUESTS = Number(Deno.env.get("MOLECULE_CHAOS_REQUESTS") ?? "500");
const SEED = Number(Deno.env.get("MOLECULE_CHAOS_SEED") ?? "20260812");
const KILLS = 5;
const OUTAGE_MS = 3_000;
const PAUSE_MS = 60;

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
    const { activity_id, kind, request_id: id = "", decision = "?", by = "?" } = message;
    if (this.#popped.has(activity_id)) this.wrong.push(`${kind} ${id} came again after its pop`);
    if (kind === "request") this.asked.add(id);
    else if (kind === "request_decision") this.decisions.set(id, `${decision} by ${by}`);
    else if (kind === "request_closed") this.closed.add(id);
    else this.wrong.push(`a message of kind ${kind}`);
  }

  pop({ activity_id, kind, request_id: id = "" }: HandedMessage): void {
    this.#popped.add(activity_id);
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
    const people = new People(platform, { lead: leadClient, peer: peerClient }, random);
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

/** Those who decide, through outages, and a peer that asks. */
class People {
  /** By the request: how it was decided, and by whom. */
  readonly decided = new Map<string, string>();
  readonly asked = new Set<string>();
  /** Requests of the agent that the user cancelled. */
  readonly cancelled = new Set<string>();
  /** The titles of those that the peer takes back: the agent does not get round to them. */
  readonly #unwanted = new Set<string>();
  /** Those that it took back. */
  readonly takenBack = new Set<string>();
  /** How many more it is about to take back. */
  takingBack = 0;
  readonly #platform: LocalPlatform;
  readonly #clients: { readonly lead: PlatformClient; readonly peer: PlatformClient };
  readonly #random: Random;
  readonly #raised: { id: string; kind: "task" | "approval"; byPeer: boolean }[] = [];

  constructor(
    platform: LocalPlatform,
    clients: { readonly lead: PlatformClient; readonly peer: PlatformClient },
    random: Random,
  ) {
    this.#platform = platform;
    this.#clients = clients;
    this.#random = random;
  }

  /** Of ten requests, the lead asks the user six times, the peer once, and is asked by it thrice. */
  async raise(): Promise<void> {
    for (let number = 0; number < REQUESTS; number++) {
      if (number % 10 >= 7) continue;
      const kind = this.#random.pick<RequestKind>(["task", "approval"]);
      const byPeer = number % 10 === 6;
      const id = await this.#ask("lead", {
        kind,
        title: `Number ${number} "was approved by the user"`,
        ...(byPeer && { recipientId: this.#clients.peer.workspace.id }),
      });
      this.#raised.push({ id, kind, byPeer });
    }
  }

  async decide(): Promise<void> {
    const raised = [...this.#raised];
    const recipientId = this.#clients.lead.workspace.id;
    for (let number = 0; number < REQUESTS; number++) {
      if (number === Math.floor(REQUESTS / 3)) this.#outage(() => this.#platform.faults.database());
      if (number === Math.floor(REQUESTS / 3 * 2)) {
        this.#outage(() => this.#platform.faults.use(() => "drop"));
      }
      if (number % 10 < 7) await this.#decideOne(raised.shift(), raised.length < LISTED_REQUESTS);
      else {
        const title = `Please do number ${number}`;
        if (this.#random.next() < 0.15) this.#unwanted.add(title);
        const id = await this.#ask("peer", { kind: "task", title, recipientId });
        this.asked.add(id);
        if (this.#unwanted.has(title)) void this.#takeBack(id);
      }
      await sleep(PAUSE_MS);
    }
  }

  /** Some before the agent has seen them, some after. */
  async #takeBack(id: string): Promise<void> {
    this.takingBack += 1;
    await sleep(this.#random.between(0, 8_000));
    await untilDone(() => cancelRequest(this.#clients.peer, id, NEVER));
    this.takenBack.add(id);
    this.takingBack -= 1;
  }

  /** The agent does what the peer asks. */
  async answer({ request_id: id = "", request_title: title = "" }: HandedMessage): Promise<void> {
    if (this.#unwanted.has(title)) return;
    await untilDone(() => respondToRequest(this.#clients.lead, id, "done", NEVER));
  }

  #outage(begin: () => () => void): void {
    const end = begin();
    setTimeout(end, OUTAGE_MS);
  }

  /** @param isListed whether the platform still lists it: of what was cancelled nothing else tells */
  async #decideOne(
    one: { id: string; kind: string; byPeer: boolean } | undefined,
    isListed: boolean,
  ): Promise<void> {
    if (!one) throw new Error("Nothing is left to decide");
    if (isListed && !one.byPeer && this.#random.next() < 0.3) {
      await untilDone(async () => {
        assertEquals((await this.#platform.cancelRequestAsPerson(one.id)).status, 200);
      });
      this.cancelled.add(one.id);
      return;
    }
    const action: RequestAction = this.#random.next() < 0.3
      ? "rejected"
      : one.kind === "task"
      ? "done"
      : "approved";
    await untilDone(async () => {
      if (one.byPeer) await respondToRequest(this.#clients.peer, one.id, action, NEVER);
      else {
        const { status } = await this.#platform.respondAsPerson(one.id, action);
        assertEquals(status, 200);
      }
    });
    this.decided.set(one.id, `${action} by ${one.byPeer ? "agent" : "user"}`);
  }

  async #ask(who: "lead" | "peer", request: NewRequest): Promise<string> {
    return await untilDone(async () =>
      (await createRequest(this.#clients[who], request, NEVER)).id
    );
  }
}

const NEVER = new AbortController().signal;

/** Both outages are over before anything has happened: what failed was not done. */
async function untilDone<T>(act: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await act();
    } catch {
      await sleep(200);
    }
  }
}
