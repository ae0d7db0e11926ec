import type { Workspace } from "../../auth/credentials.ts";
import { canonicalPeerId } from "../../config/workspace_id.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { PlatformError } from "../errors/platform_error.ts";
import { refusalStage, type RefusedFacts, refusedText } from "./refusal_text.ts";
import type { WorkspaceInfo } from "./workspace_record.ts";

/** How long a refused call waits to hear about its workspace. */
export const LOOK_TIMEOUT_MS = 3_000;
/** What was seen a moment ago is not looked at again. */
const LOOK_INTERVAL_MS = 10_000;
/** How long another call's failure speaks of trouble on the platform's side. */
const TROUBLE_MS = 2 * 60_000;
const MAX_HINT = 200;
const EXAMPLE_ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";

/**
 * What is known of one workspace's access to the platform: whether its token was ever taken, why it
 * is refused, and what the workspace's own record says then.
 */
export class Access {
  readonly #workspace: Workspace;
  readonly #readRecord: () => Promise<WorkspaceInfo>;
  #look: Promise<void> | undefined;
  #lookedAtMs = -Infinity;
  /** What the record says is wrong with the workspace itself. */
  #verdict: { readonly state: WorkspaceInfo["state"]; readonly text: string } | undefined;
  /** The first refusal in the platform's words: the same for as long as it lasts. */
  #answer: string | undefined;
  #trouble: { readonly status: number; readonly atMs: number } | undefined;
  #everAccepted = false;
  #everRefused = false;

  /** @param readRecord reads the workspace's own record, in a call that needs no token */
  constructor(workspace: Workspace, readRecord: () => Promise<WorkspaceInfo>) {
    this.#workspace = workspace;
    this.#readRecord = readRecord;
  }

  /** The platform was asked, and never took a token of this workspace. */
  get neverAccepted(): boolean {
    return this.#everRefused && !this.#everAccepted;
  }

  /** What the record said last, when that was that the workspace is not (any more). */
  get verdict(): WorkspaceInfo["state"] | undefined {
    return this.#verdict?.state;
  }

  /** Why calls fail at present, as far as it is the token or the workspace; else `undefined`. */
  get problem(): string | undefined {
    if (this.#verdict) return this.#verdict.text;
    return this.#workspace.tokens.refusal && refusedText(this.#facts());
  }

  /** Changes when there is something new to say about a refusal. */
  get stage(): string {
    return this.#verdict?.state ?? refusalStage(this.#facts());
  }

  /** The platform turned the workspace away. */
  refused(): void {
    this.#everRefused = true;
  }

  /**
   * The platform checked the token and took it.
   *
   * @param options.own on a route of the workspace's own: a removed one may pass on others
   */
  accepted({ own }: { readonly own: boolean }): void {
    if (this.#verdict && !own) return;
    this.#everAccepted = true;
    this.#verdict = this.#answer = undefined;
  }

  /** Takes note of what the workspace's record says. */
  recordSays(info: WorkspaceInfo, askedAtMs: number): void {
    const { id, origin } = this.#workspace;
    // What was asked before a refusal says nothing about it, whenever it is answered.
    this.#lookedAtMs = Math.max(this.#lookedAtMs, askedAtMs);
    switch (info.state) {
      case "present":
        this.#verdict = undefined;
        return;
      case "removed": {
        const hint = cleanLine(info.hint, MAX_HINT) ?? "";
        this.#found("removed", `Workspace ${id} was removed from the platform. ${hint}`);
        return;
      }
      case "absent":
        this.#found(
          "absent",
          `${origin} has no workspace ${id}: check WORKSPACE_ID against the canvas`,
        );
        return;
      case "no_id":
        this.#found(
          "no_id",
          `${id} is not a workspace id, which is a UUID such as ${EXAMPLE_ID}: copy WORKSPACE_ID from ` +
            "the canvas",
        );
    }
  }

  /**
   * The error for a call that is not sent, because a refused token was sent a moment ago. It knows
   * as much as the call that was refused then, whose look may be under way.
   */
  async heldBack(heldBackMs: number): Promise<PlatformError> {
    if (this.#look || this.#lookedAgoMs >= this.#refusedForMs) await this.#lookOnce();
    return new PlatformError("unauthorized", this.problem ?? refusedText(this.#facts()), {
      status: 401,
      retryAfterMs: heldBackMs,
      maybeDelivered: false,
    });
  }

  /**
   * The error with what else is known. A refusal makes it look at the workspace's record first.
   *
   * @param options.look false for the look itself
   */
  async explain(failure: PlatformError, { look = true } = {}): Promise<PlatformError> {
    const { status = 0 } = failure;
    if (status >= 500) this.#trouble = { status, atMs: performance.now() };
    const isRefused = failure.kind === "unauthorized";
    // A platform that never saw such an id fails in its own ways.
    const isOdd = status >= 500 && canonicalPeerId(this.#workspace.id) === undefined;
    if (!isRefused && !isOdd) return failure;
    if (isRefused) {
      this.refused();
      this.#answer ??= failure.message;
    }
    if (look) await this.#lookOnce();
    if (!isRefused && !this.#verdict) return failure;
    const { body, retryAfterMs, maybeDelivered } = failure;
    return new PlatformError(failure.kind, this.#verdict?.text ?? refusedText(this.#facts()), {
      status,
      body,
      maybeDelivered,
      retryAfterMs,
      cause: failure,
    });
  }

  /** Any number of calls that are refused at the same time share one look. Never throws. */
  async #lookOnce(): Promise<void> {
    if (this.#look) return await this.#look;
    // What was seen before the refusal says nothing about it.
    if (this.#lookedAgoMs < Math.min(LOOK_INTERVAL_MS, this.#refusedForMs)) return;
    this.#look = this.#lookNow();
    await this.#look;
  }

  get #lookedAgoMs(): number {
    return performance.now() - this.#lookedAtMs;
  }

  get #refusedForMs(): number {
    return this.#workspace.tokens.refusal?.forMs ?? Infinity;
  }

  async #lookNow(): Promise<void> {
    const askedAtMs = performance.now();
    try {
      this.recordSays(await this.#readRecord(), askedAtMs);
    } catch (error) {
      // The look is an extra; what its failure is a sign of, `explain` has noted.
      if (!(error instanceof PlatformError)) throw error;
    } finally {
      this.#lookedAtMs = Math.max(this.#lookedAtMs, askedAtMs);
      this.#look = undefined;
    }
  }

  #found(state: WorkspaceInfo["state"], text: string): void {
    this.refused();
    this.#verdict = { state, text };
  }

  #facts(): RefusedFacts {
    const { origin, tokens } = this.#workspace;
    const trouble = this.#trouble;
    const isRecent = trouble !== undefined && performance.now() - trouble.atMs < TROUBLE_MS;
    return {
      answer: this.#answer ?? `${origin} answered 401`,
      refusal: tokens.refusal,
      hasToken: tokens.state !== "none",
      troubleStatus: isRecent ? trouble.status : undefined,
    };
  }
}
