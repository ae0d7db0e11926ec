/**
 * Registering, and the heartbeats after it.
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import { isObject } from "../state/json.ts";
import type { AgentClient, Answer, Doing, Reach } from "./agent_client.ts";

const IDLE: Doing = { activeTasks: 0, currentTask: "" };

/** Keeps a colleague online. */
export class Heart {
  readonly #client: AgentClient;
  readonly #card: { readonly name: string; readonly description: string };
  readonly #reach: Reach;
  #doing = IDLE;
  /** What the platform presents when it calls; undefined: not known yet. */
  secret: string | undefined;

  constructor(
    client: AgentClient,
    card: { readonly name: string; readonly description: string },
    reach: Reach,
  ) {
    this.#client = client;
    this.#card = card;
    this.#reach = reach;
  }

  /** Registers, then beats until the client's signal. @param onTried After the first attempt */
  async run(intervalMs: number, onTried: () => void): Promise<void> {
    const { signal } = this.#client;
    for (let failures = 1; !signal.aborted; failures++) {
      const isThere = await this.enter();
      onTried();
      if (isThere) break;
      await this.#client.pause(failures);
    }
    await sleep(intervalMs, signal);
    for (let failures = 0; !signal.aborted;) {
      failures = await this.beat() ? 0 : failures + 1;
      if (failures === 0) await sleep(intervalMs, signal);
      else await this.#client.pause(failures);
    }
  }

  /** Registers, once. @returns Whether the platform took it */
  async enter(): Promise<boolean> {
    const { name, description } = this.#card;
    return this.#heard(await this.#client.register(name, description, this.#reach));
  }

  /** Says what it does, at once and from now on. @param doing Default: as before */
  async beat(doing: Doing = this.#doing): Promise<boolean> {
    this.#doing = doing;
    return this.#heard(await this.#client.heartbeat(doing));
  }

  /** Says that it does nothing more: the platform then hands out what waits. */
  rest(): Promise<boolean> {
    return this.beat(IDLE);
  }

  #heard({ status, body }: Answer): boolean {
    if (status !== 200) return false;
    const secret = isObject(body) ? body.platform_inbound_secret : undefined;
    if (typeof secret === "string") this.secret = secret;
    return true;
  }
}
