import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { type AgentCard, heartbeat, type IssuedSecrets, register } from "../platform/registry.ts";
import { getWorkspace, type WorkspaceInfo } from "../platform/workspaces.ts";
import type { Log } from "../safety/log.ts";
import { cleanLine } from "../safety/untrusted_text.ts";
import { keepSecrets } from "./keep_secrets.ts";
import { Refusals } from "./refusals.ts";
import { pause } from "./timer.ts";
import { Troubles } from "./troubles.ts";

const HEARTBEAT_INTERVAL_MS = 20_000;
/** Every how many beats the workspace's own record is read: a deleted one answers beats with 200. */
const CHECK_EVERY_BEATS = 15;
const MAX_HINT = 200;

/** Whether the platform takes this workspace's calls, as far as presence knows. */
export type PresenceState = "starting" | "online" | "unreachable" | "refused" | "removed";

/** What a presence needs besides the platform. */
export interface PresenceOptions {
  readonly card: AgentCard;
  readonly log: Log;
  /** Told each secret before it is stored, so that no line can show it. */
  readonly onSecret: (secret: string) => void;
  /** What the workspace is waiting for, to show on the canvas; `undefined` when it is idle. */
  readonly currentTask?: () => string | undefined;
  /** Called after each beat that succeeded. */
  readonly onBeat?: () => void;
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
  readonly #troubles: Troubles;
  readonly #now: () => number;
  readonly #startedAt: number;
  #state: PresenceState = "starting";
  /** A beat may succeed without: then card and delivery mode are still unknown to the platform. */
  #registered = false;

  constructor(client: PlatformClient, options: PresenceOptions) {
    this.#client = client;
    this.#options = options;
    this.#troubles = new Troubles((line) => options.log.problem(line));
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
   * Registers. Never throws: any failure but a refusal is reported, and `run` tries again.
   *
   * @returns the refusal (401, 403) when every token candidate was refused; `run` may still be
   * started then, the token may heal
   */
  async register(signal: AbortSignal): Promise<PlatformError | undefined> {
    const { log, card } = this.#options;
    const { id, origin, tokens } = this.#client.workspace;
    try {
      const tokenBefore = await tokens.get();
      const secrets = await register(this.#client, card, signal);
      if (secrets.authToken !== undefined && tokenBefore !== undefined) {
        log.problem(
          `${origin} did not know a token for workspace ${id} and issued a new one. When this is ` +
            "not a new workspace, check WORKSPACE_ID for a typing error",
        );
      }
      await this.#keep(secrets);
      this.#registered = true;
      this.#state = "online";
      this.#troubles.over("register");
      log.info(`Registered workspace ${id} with ${origin}`);
      return undefined;
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind === "cancelled") return undefined;
      this.#registered = false;
      if (isRefusal(failure)) {
        this.#state = "refused";
        return failure;
      }
      this.#state = "unreachable";
      this.#tell("register", `Registering workspace ${id} failed`, failure);
      return undefined;
    }
  }

  /**
   * Beats until the signal fires. Registers first as long as that has not succeeded. Never throws.
   */
  async run(signal: AbortSignal): Promise<void> {
    const intervalMs = this.#options.intervalMs ?? HEARTBEAT_INTERVAL_MS;
    let dueMs = this.#now();
    let beatsUntilCheck = 0;
    while (!signal.aborted) {
      if (!this.#registered && !this.#isShutOut()) await this.register(signal);
      const answered = await this.#beat(signal);
      if (beatsUntilCheck > 0) beatsUntilCheck -= 1;
      else if (answered) {
        await this.#checkStillThere(signal);
        beatsUntilCheck = CHECK_EVERY_BEATS - 1;
      }
      // On a fixed grid, so that slow answers do not add up; what a long stall missed is not made
      // up for.
      const now = this.#now();
      dueMs = Math.max(dueMs + intervalMs, now);
      await pause(dueMs - now, signal);
    }
  }

  /** @returns whether the platform answered for this workspace, be it with a refusal */
  async #beat(signal: AbortSignal): Promise<boolean> {
    const { id } = this.#client.workspace;
    try {
      const uptimeSeconds = (this.#now() - this.#startedAt) / 1000;
      const currentTask = this.#options.currentTask?.();
      const secrets = await heartbeat(this.#client, {
        uptimeSeconds,
        ...(currentTask !== undefined && { currentTask }),
      }, signal);
      await this.#keep(secrets);
      this.#options.onBeat?.();
      this.#refusals.reset();
      this.#troubles.over("beat");
      // The token healed: the platform may still carry the state of before.
      if (this.#state === "refused") await this.#registerUnlessRemoved(signal);
      else if (this.#state !== "removed") this.#state = "online";
      return true;
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind === "cancelled") return false;
      if (isRefusal(failure)) {
        if (this.#state !== "removed") this.#state = "refused";
        const line = this.#refusals.next(failure.status ?? 0, id);
        if (line !== undefined) this.#options.log.problem(line);
        return true;
      }
      if (failure.kind === "not_found" || failure.kind === "gone") {
        await this.#registerUnlessRemoved(signal);
        return true;
      }
      if (this.#state !== "removed") this.#state = "unreachable";
      this.#tell("beat", `Heartbeat for workspace ${id} failed`, failure);
      return false;
    }
  }

  async #keep(secrets: IssuedSecrets): Promise<void> {
    const { onSecret } = this.#options;
    await keepSecrets(this.#client.workspace, secrets, { troubles: this.#troubles, onSecret });
  }

  async #checkStillThere(signal: AbortSignal): Promise<void> {
    const found = await this.#look(signal);
    if (found === "absent") await this.register(signal);
    else if (found === "present" && this.#state === "removed") this.#state = "online";
  }

  /** Registering a removed workspace would mint a token that is good for nothing (platform-api 2). */
  async #registerUnlessRemoved(signal: AbortSignal): Promise<void> {
    if (await this.#look(signal) !== "removed") await this.register(signal);
  }

  /**
   * Reads the workspace's own record: a beat of a deleted one is answered 200 (platform-api 3).
   *
   * @returns `undefined` when the platform does not say
   */
  async #look(signal: AbortSignal): Promise<WorkspaceInfo["state"] | undefined> {
    const { id } = this.#client.workspace;
    try {
      const info = await getWorkspace(this.#client, signal);
      this.#troubles.over("check");
      if (info.state === "removed") {
        this.#state = "removed";
        const hint = cleanLine(info.hint, MAX_HINT) ?? "";
        const line = `Workspace ${id} was removed from the platform. ${hint}`;
        this.#troubles.tell("removed", "", line);
      } else this.#troubles.over("removed");
      return info.state;
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind !== "cancelled") {
        this.#tell("check", `Checking workspace ${id} failed`, failure);
      }
      return undefined;
    }
  }

  /** Then registering again would change nothing. */
  #isShutOut(): boolean {
    return this.#state === "refused" || this.#state === "removed";
  }

  /** Told once a kind and status: what a proxy writes may differ with every answer. */
  #tell(topic: string, what: string, { kind, status, message }: PlatformError): void {
    this.#troubles.tell(topic, `${kind} ${status ?? ""}`, `${what}: ${message}`);
  }
}

/** Every candidate was refused: what the counting of C3 is about. */
function isRefusal({ status }: PlatformError): boolean {
  return status === 401 || status === 403;
}

function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PlatformError("malformed", message, { maybeDelivered: true, cause: error });
}
