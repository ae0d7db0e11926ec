import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { type AgentCard, heartbeat, type IssuedSecrets, register } from "../platform/registry.ts";
import { getWorkspace } from "../platform/workspaces.ts";
import type { Log } from "../safety/log.ts";
import { Refusals } from "./refusals.ts";
import { pause } from "./timer.ts";

const HEARTBEAT_INTERVAL_MS = 20_000;
/** Every how many beats the workspace's own record is read: a deleted one answers beats with 200. */
const CHECK_EVERY_BEATS = 15;

/** Whether the platform takes this workspace's calls, as far as presence knows. */
export type PresenceState = "starting" | "online" | "unreachable" | "refused" | "removed";

/** What a presence needs besides the platform. */
export interface PresenceOptions {
  readonly card: AgentCard;
  readonly log: Log;
  /** Told each secret before it is stored, so that no line can show it. */
  readonly onSecret: (secret: string) => void;
  readonly intervalMs?: number;
  /** Monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/**
 * Keeps one workspace online: registers once, then beats every 20 s, and registers again when the
 * platform no longer knows it (runtime-behaviour C2, C3; platform-api 2, 3).
 */
export class Presence {
  readonly #client: PlatformClient;
  readonly #options: PresenceOptions;
  readonly #refusals = new Refusals();
  readonly #now: () => number;
  readonly #startedAt: number;
  #state: PresenceState = "starting";
  #lastProblem = "";

  constructor(client: PlatformClient, options: PresenceOptions) {
    this.#client = client;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#startedAt = this.#now();
  }

  get state(): PresenceState {
    return this.#state;
  }

  get workspaceId(): string {
    return this.#client.workspace.id;
  }

  /**
   * Registers.
   *
   * @returns the refusing status (401, 403) when every token candidate was refused; presence may
   * still be started then, the token may heal
   */
  async register(signal: AbortSignal): Promise<number | undefined> {
    const { log, card } = this.#options;
    const { id, origin } = this.#client.workspace;
    try {
      const tokenBefore = await this.#client.workspace.tokens.get();
      const secrets = await register(this.#client, card, signal);
      if (secrets.authToken !== undefined && tokenBefore !== undefined) {
        log.problem(
          `${origin} did not know a token for workspace ${id} and issued a new one. When this is ` +
            "not a new workspace, check WORKSPACE_ID for a typing error",
        );
      }
      await this.#keep(secrets);
      this.#becomes("online");
      log.info(`Registered workspace ${id} with ${origin}`);
      return undefined;
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind === "cancelled") return undefined;
      if (failure.status === 401 || failure.status === 403) {
        this.#becomes("refused");
        return failure.status;
      }
      this.#becomes("unreachable");
      this.#report(`Registering workspace ${id} failed: ${failure.message}`);
      return undefined;
    }
  }

  /** Beats until the signal fires. Registers first when that has not succeeded yet. */
  async run(signal: AbortSignal): Promise<void> {
    const intervalMs = this.#options.intervalMs ?? HEARTBEAT_INTERVAL_MS;
    for (let beats = 1; !signal.aborted; beats++) {
      if (this.#state === "starting" || this.#state === "unreachable") {
        await this.register(signal);
      }
      await this.#beat(signal);
      if (beats % CHECK_EVERY_BEATS === 1) await this.#checkStillThere(signal);
      await pause(intervalMs, signal);
    }
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { id } = this.#client.workspace;
    try {
      const uptimeSeconds = (this.#now() - this.#startedAt) / 1000;
      await this.#keep(await heartbeat(this.#client, { uptimeSeconds }, signal));
      this.#refusals.reset();
      if (this.#state === "refused") {
        // The token healed: the row may still carry the state of before.
        await this.register(signal);
      } else if (this.#state !== "removed") this.#becomes("online");
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind === "cancelled") return;
      if (failure.status === 401 || failure.status === 403) {
        this.#becomes("refused");
        const line = this.#refusals.next(failure.status, id);
        if (line !== undefined) this.#options.log.problem(line);
        return;
      }
      if (failure.kind === "not_found" || failure.kind === "gone") {
        await this.register(signal);
        return;
      }
      this.#report(`Heartbeat for workspace ${id} failed: ${failure.message}`);
    }
  }

  /** A beat of a deleted workspace is answered 200 (platform-api 3): only its record tells. */
  async #checkStillThere(signal: AbortSignal): Promise<void> {
    const { id } = this.#client.workspace;
    try {
      const info = await getWorkspace(this.#client, signal);
      if (info.state === "removed") {
        if (this.#state !== "removed") {
          this.#options.log.problem(
            `Workspace ${id} was removed from the platform. ${info.hint}`,
          );
        }
        this.#becomes("removed");
      } else if (info.state === "absent") {
        await this.register(signal);
      } else if (this.#state === "removed") this.#becomes("online");
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind !== "cancelled") {
        this.#report(`Checking workspace ${id}: ${failure.message}`);
      }
    }
  }

  async #keep(secrets: IssuedSecrets): Promise<void> {
    const { tokens, inboundSecret } = this.#client.workspace;
    if (secrets.authToken !== undefined) {
      this.#options.onSecret(secrets.authToken);
      try {
        await tokens.save(secrets.authToken);
      } catch (error) {
        this.#options.log.problem(`Cannot keep the new workspace token: ${messageOf(error)}`);
      }
    }
    if (secrets.inboundSecret !== undefined) {
      this.#options.onSecret(secrets.inboundSecret);
      await inboundSecret.save(secrets.inboundSecret);
    }
  }

  #becomes(state: PresenceState): void {
    this.#state = state;
    if (state === "online") this.#lastProblem = "";
  }

  /** The same trouble every 20 s is one line, not a flood. */
  #report(line: string): void {
    if (line === this.#lastProblem) return;
    this.#lastProblem = line;
    this.#options.log.problem(line);
  }
}

function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  return new PlatformError("malformed", messageOf(error), { maybeDelivered: true, cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
