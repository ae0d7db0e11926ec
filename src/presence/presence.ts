import type { PlatformClient } from "../platform/client/client.ts";
import { PlatformError } from "../platform/errors/platform_error.ts";
import { heartbeat, register } from "../platform/api/registry.ts";
import type { WorkspaceInfo } from "../platform/client/workspace_record.ts";
import { getWorkspace } from "../platform/api/workspaces.ts";
import { BeatClock } from "./beat_clock.ts";
import { IssuedToken } from "./issued_token.ts";
import { keepInboundSecret } from "./keep_secrets.ts";
import type { PresenceOptions, PresenceState } from "./presence_options.ts";
import { PresenceTroubles } from "./presence_troubles.ts";
import { errorText } from "../lib/error_text.ts";
import { heartbeatIntervalMs } from "./heartbeat_interval.ts";

/** Every how many beats the workspace's own record is read: a deleted one answers beats with 200. */
const CHECK_EVERY_BEATS = 15;

/**
 * Keeps one workspace online: registers once, then beats every 20 s, and registers again when the
 * platform no longer knows it (src/platform/API.md, "Register" and "Heartbeat"; tests/README.md,
 * "Registering and heartbeat").
 */
export class Presence {
  readonly #client: PlatformClient;
  readonly #options: PresenceOptions;
  readonly #issued: IssuedToken;
  readonly #troubles: PresenceTroubles;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #clock: BeatClock;
  #state: PresenceState = "starting";
  /** A beat may succeed without: then card and delivery mode are still unknown to the platform. */
  #registered = false;
  #beatFailed = false;

  constructor(client: PlatformClient, options: PresenceOptions) {
    this.#client = client;
    this.#options = options;
    this.#issued = new IssuedToken(client, options);
    this.#troubles = new PresenceTroubles(client, options.log);
    this.#now = options.now ?? (() => performance.now());
    this.#startedAt = this.#now();
    const { intervalMs = heartbeatIntervalMs(), phase = 1 } = options;
    this.#clock = new BeatClock(intervalMs, phase, this.#now);
  }

  get state(): PresenceState {
    return this.#state;
  }

  get workspaceId(): string {
    return this.#client.workspace.id;
  }

  /**
   * Registers. Never throws: any failure is reported, and `run` tries again, as the token may
   * become valid.
   */
  async register(signal: AbortSignal): Promise<void> {
    const { log, card } = this.#options;
    const { id, origin, tokens } = this.#client.workspace;
    try {
      const hadToken = await tokens.get() !== undefined;
      const sent = await card();
      const { authToken, inboundSecret } = await register(this.#client, sent, signal);
      // With no token handed out it has asked for ours.
      if (authToken === undefined && hadToken) this.#client.access.accepted({ own: false });
      else if (authToken !== undefined) {
        this.#issued.hold(authToken, { hadToken });
        if (!await this.#settleIssued(signal)) return;
      }
      await this.#keepInbound(inboundSecret);
      // The agent has given itself another one meanwhile, which this may have overtaken.
      const meant = await card();
      if (JSON.stringify(meant) !== JSON.stringify(sent)) {
        await register(this.#client, meant, signal);
      }
      this.#registered = true;
      this.#set("online");
      this.#troubles.over("register");
      log.info(`Registered workspace ${id} with ${origin}`);
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind === "cancelled") return;
      this.#registered = false;
      if (isRefusal(failure)) {
        this.#tellRefused(failure);
        return;
      }
      this.#set("unreachable");
      this.#troubles.failed("register", `Registering workspace ${id} failed`, failure);
    }
  }

  /** Beats until the signal fires; registers first until that has succeeded. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    let beatsUntilCheck = 0;
    this.#clock.start();
    while (!signal.aborted) {
      // A call of somebody else has met the removal.
      if (this.#client.access.verdict === "removed" && this.#state !== "removed") {
        await this.#look(signal);
      }
      if (!this.#registered && !this.#isShutOut()) await this.register(signal);
      const answered = await this.#beat(signal);
      if (answered && this.#issued.isOpen) await this.#settleIssued(signal);
      if (beatsUntilCheck > 0) beatsUntilCheck -= 1;
      else if (answered) {
        await this.#checkStillThere(signal);
        beatsUntilCheck = CHECK_EVERY_BEATS - 1;
      }
      await this.#clock.next(signal, async () => {
        if (this.#registered) await this.#beat(signal);
      });
    }
  }

  /** Beats once more, soon: the platform hands out what it holds for a workspace at a heartbeat. */
  beatSoon(): void {
    this.#clock.soon();
  }

  /** @returns whether the platform answered for this workspace, even with a refusal */
  async #beat(signal: AbortSignal): Promise<boolean> {
    const { id } = this.#client.workspace;
    try {
      const uptimeSeconds = (this.#now() - this.#startedAt) / 1000;
      const currentTask = this.#options.currentTask?.();
      const { inboundSecret } = await heartbeat(this.#client, {
        uptimeSeconds,
        currentTask,
      }, signal);
      await this.#keepInbound(inboundSecret);
      this.#options.onBeat?.();
      // The platform is back: what it refused in its trouble it may take now.
      if (this.#beatFailed) this.#client.workspace.tokens.hurry();
      this.#beatFailed = false;
      this.#troubles.over("beat");
      // The token healed: the platform may still carry the state of before.
      if (this.#state === "refused") await this.#registerUnlessRemoved(signal);
      else if (this.#state !== "removed") this.#set("online");
      if (this.#state === "online") this.#troubles.over("refused");
      return true;
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind === "cancelled") return false;
      this.#beatFailed = true;
      if (isRefusal(failure)) {
        this.#tellRefused(failure);
        return true;
      }
      if (failure.kind === "not_found" || failure.kind === "gone") {
        await this.#registerUnlessRemoved(signal);
        return true;
      }
      if (this.#state !== "removed") this.#set("unreachable");
      this.#troubles.failed("beat", `Heartbeat for workspace ${id} failed`, failure);
      return false;
    }
  }

  async #keepInbound(secret: string | undefined): Promise<void> {
    await keepInboundSecret(this.#client.workspace, secret, this.#options.onSecret);
  }

  /** @returns false when the token is of no use: the workspace was removed */
  async #settleIssued(signal: AbortSignal): Promise<boolean> {
    const info = await this.#look(signal);
    if (info?.state === "removed") this.#issued.drop();
    else await this.#issued.settle(info, signal);
    return info?.state !== "removed";
  }

  async #checkStillThere(signal: AbortSignal): Promise<void> {
    const found = (await this.#look(signal))?.state;
    if (found === "absent") await this.register(signal);
    else if (found === "present" && this.#state === "removed") this.#set("online");
  }

  /**
   * Registering a removed workspace would mint a token that is good for nothing
   * (src/platform/API.md, "Register").
   */
  async #registerUnlessRemoved(signal: AbortSignal): Promise<void> {
    if ((await this.#look(signal))?.state !== "removed") await this.register(signal);
  }

  /**
   * Reads the workspace's own record: a beat of a deleted one is answered 200 (src/platform/API.md,
   * "Heartbeat").
   *
   * @returns `undefined` when the platform does not say
   */
  async #look(signal: AbortSignal): Promise<WorkspaceInfo | undefined> {
    const { access, workspace } = this.#client;
    try {
      const info = await getWorkspace(this.#client, signal);
      this.#troubles.over("check");
      if (info.state === "removed") {
        this.#set("removed");
        this.#troubles.removed(access.problem ?? "");
      } else this.#troubles.over("removed");
      if (info.state === "present") this.#options.onRecord?.(info.record);
      return info;
    } catch (error) {
      const failure = asPlatformError(error);
      if (failure.kind !== "cancelled") {
        this.#troubles.failed("check", `Checking workspace ${workspace.id} failed`, failure);
      }
      return undefined;
    }
  }

  #set(state: PresenceState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }

  /** Then registering again would change nothing. */
  #isShutOut(): boolean {
    return this.#state === "refused" || this.#state === "removed";
  }

  #tellRefused(failure: PlatformError): void {
    const { access } = this.#client;
    access.refused();
    if (access.verdict === "removed") this.#set("removed");
    else if (this.#state !== "removed") this.#set("refused");
    this.#troubles.refused(failure);
  }
}

/** Every candidate was refused, or something in front of the platform turned the call away. */
function isRefusal({ status }: PlatformError): boolean {
  return status === 401 || status === 403;
}

function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  return new PlatformError("malformed", errorText(error), { maybeDelivered: true, cause: error });
}
