import { assertEquals } from "@std/assert";
import type { Random } from "../../scripts/soak/random.ts";
import { sleep } from "../../src/lib/sleep.ts";
import type { LocalPlatform } from "../../src/local/start.ts";
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
import type { HandedMessage } from "./agent_life.ts";

const OUTAGE_MS = 3_000;
const PAUSE_MS = 60;

/** Those who decide, through outages, and a peer that asks. */
export class People {
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
    private readonly count: number,
  ) {
    this.#platform = platform;
    this.#clients = clients;
    this.#random = random;
  }

  /** Of ten requests, the lead asks the user six times, the peer once, and is asked by it thrice. */
  async raise(): Promise<void> {
    for (let number = 0; number < this.count; number++) {
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
    for (let number = 0; number < this.count; number++) {
      if (number === Math.floor(this.count / 3)) {
        this.#outage(() => this.#platform.faults.database());
      }
      if (number === Math.floor(this.count / 3 * 2)) {
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
