/**
 * The faults that the user switches in the page. None of them hits the page itself, which is answered
 * before any fault is looked at.
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import type { PlatformContext } from "../context.ts";
import type { Fault, Faults } from "../server/faults.ts";
import { fail } from "../server/http.ts";
import type { FaultName, FaultView } from "./protocol.ts";

const SLOW_MS = 2_000;
const RETRY_AFTER_SECONDS = 5;
const STREAM = /^\/workspaces\/[^/]+\/events\/stream$/;

/** Switches a fault on. @returns What switches it off */
type Switch = () => () => void;

/** The switches, each on or off. */
export class FaultSwitches {
  readonly #switches: Readonly<Record<FaultName, Switch>>;
  readonly #on = new Map<FaultName, () => void>();

  /** @param dropAgents Cuts every connection of an agent */
  constructor(
    { background, events }: Pick<PlatformContext, "background" | "events">,
    faults: Faults,
    dropAgents: () => void,
  ) {
    this.#switches = {
      "database": () => faults.database(),
      "unauthorized": () => faults.use(onlyAgents(unauthorized)),
      "rate-limit": () => faults.use(onlyAgents(rateLimited)),
      "slow": () =>
        faults.use(async () => {
          await sleep(SLOW_MS, background.signal);
          return undefined;
        }),
      "stream-off": () => {
        const off = faults.use(({ path }) =>
          STREAM.test(path) ? fail(503, "the event stream is switched off") : undefined
        );
        events.endStreams();
        return off;
      },
      "network-cut": () => {
        const off = faults.use(() => "drop");
        dropAgents();
        return off;
      },
    };
  }

  /** All of them. */
  views(): FaultView[] {
    return names(this.#switches).map((name) => ({ name, isOn: this.#on.has(name) }));
  }

  /** Whether there is such a fault. */
  has(name: string): name is FaultName {
    return Object.hasOwn(this.#switches, name);
  }

  /** Switches one on or off; nothing happens when it is so already. */
  set(name: FaultName, isOn: boolean): void {
    const off = this.#on.get(name);
    if (isOn && off === undefined) this.#on.set(name, this.#switches[name]());
    if (isOn || off === undefined) return;
    off();
    this.#on.delete(name);
  }
}

/** For what agents ask for; a look at the platform's health is nobody's. */
function onlyAgents(fault: () => Response): Fault {
  return ({ path }) => path === "/health" ? undefined : fault();
}

function unauthorized(): Response {
  return fail(401, "invalid workspace auth token");
}

function rateLimited(): Response {
  const response = fail(429, "rate limit exceeded", { retry_after: RETRY_AFTER_SECONDS });
  response.headers.set("Retry-After", String(RETRY_AFTER_SECONDS));
  return response;
}

function names<T extends string>(record: Readonly<Record<T, unknown>>): T[] {
  return Object.keys(record).filter((name): name is T => name in record);
}
