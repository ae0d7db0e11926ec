import type { Workspace } from "../../auth/credentials.ts";
import { OutboundSecrets } from "../../safety/secrets/outbound_secrets.ts";
import { SecretRedactor } from "../../safety/secrets/secret_redactor.ts";
import { Access, LOOK_TIMEOUT_MS } from "./access.ts";
import type { PlatformCall, PlatformCaller, PlatformReply } from "./call.ts";
import { callUrl } from "./call_url.ts";
import { withDeadline } from "./deadline.ts";
import { directClient } from "./direct_client.ts";
import { errorOf } from "../errors/http_error.ts";
import { httpRequest } from "./http_request.ts";
import { decodeJson } from "../../lib/json.ts";
import { readText } from "./read_text.ts";
import type { RequestBudget } from "./request_budget.ts";
import { readRecord } from "./workspace_record.ts";

/**
 * How old a look at the secrets may be for a request that holds nothing which the agent said just now:
 * each look asks for every file of every workspace.
 */
const OWN_LOOK_MS = 1_000;
/** A segment of a path as this program writes them; no id and no token is so short. */
const OWN_WORD = /^[a-z-]{1,12}$/;
const DEFAULT_MAX_REPLY_BYTES = 16 * 1024 * 1024;
/** More of a failed call's answer is never looked at. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Calls the platform for one workspace. URL, bearer, Origin and X-Workspace-ID of every call come
 * from that one workspace object, so they cannot be mixed up.
 */
export class PlatformClient implements PlatformCaller {
  readonly workspace: Workspace;
  /** What hides secrets in all that is sent here but the bearer. */
  readonly outbound: OutboundSecrets;
  /** Whether the platform takes the workspace's token, as far as is known. */
  readonly access: Access;
  readonly #onToken: (token: string) => void;
  readonly #budget: RequestBudget | undefined;
  /** Made at the first call; `fetch` uses its own when there is none. */
  #direct: Deno.HttpClient | undefined;

  /**
   * @param options.onToken told each token before it is first sent, so that no line shows it
   * @param options.outbound hides secrets in paths, queries and JSON; unless given, none is known
   * @param options.budget what its calls wait for, before their time begins to count; the agent's
   * own calls have none
   * @param options.access what another client of the workspace knows of it, to share
   */
  constructor(
    workspace: Workspace,
    options: {
      onToken?: (token: string) => void;
      outbound?: OutboundSecrets;
      budget?: RequestBudget;
      access?: Access;
    } = {},
  ) {
    this.workspace = workspace;
    this.outbound = options.outbound ??
      new OutboundSecrets(new SecretRedactor(), () => Promise.resolve([]));
    this.#budget = options.budget;
    this.access = options.access ??
      new Access(workspace, () => readRecord(this, LOOK_TIMEOUT_MS));
    this.#onToken = options.onToken ?? (() => {});
  }

  /** So many of its calls are made for the agent: the budget does not count them. */
  callForAgent(count: number): void {
    this.#budget?.giveBack(count);
  }

  /**
   * One call, with the answer read whole.
   *
   * @throws {PlatformError} for any outcome but 2xx
   */
  async request(call: PlatformCall): Promise<PlatformReply> {
    await this.#budget?.turn(call.signal);
    return await withDeadline(call, this.workspace.origin, async (signal, done) => {
      const response = await this.#send(call, signal);
      const text = await readText(response, call.maxReplyBytes ?? DEFAULT_MAX_REPLY_BYTES);
      done();
      return { status: response.status, headers: response.headers, json: decodeJson(text), text };
    });
  }

  /**
   * One call whose answer `consume` reads as a stream; the timeout and the signal cover both. What
   * it leaves unread is dropped.
   *
   * @throws {PlatformError} for any outcome but 2xx; errors of `consume`'s own as they are
   */
  async stream<T>(
    call: PlatformCall,
    consume: (response: Response, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    await this.#budget?.turn(call.signal);
    return await withDeadline(
      call,
      this.workspace.origin,
      async (signal) => await consume(await this.#send(call, signal), signal),
    );
  }

  /** Lets go of the connections; no call may follow. */
  close(): void {
    this.#direct?.close();
    this.#direct = undefined;
  }

  /** Sends, trying the next token after each 401, each candidate at most once. */
  async #send(asked: PlatformCall, signal: AbortSignal): Promise<Response> {
    // If nothing from the agent is sent, the look runs alongside the call and need not be fresh.
    const isPlain = this.#isPlain(asked);
    const isOwn = isPlain || this.#budget !== undefined;
    const looked = this.outbound.refresh({ maxAgeMs: isOwn ? OWN_LOOK_MS : 0 });
    if (!isPlain) await looked;
    const call = this.#withoutSecrets(asked);
    const url = callUrl(this.workspace.baseUrl, call);
    const { tokenCheck = "always" } = call;
    const always = tokenCheck !== "always" || (call.evenIfRefused ?? false);
    const pass = await this.workspace.tokens.admit(signal, { always });
    if ("heldBackMs" in pass) throw await this.access.heldBack(pass.heldBackMs);
    try {
      while (true) {
        const { token } = pass;
        const response = await this.#fetchOnce(url, call, token, signal);
        await looked; // What the platform answers may hold a secret, too.
        if (response.ok) {
          if (tokenCheck === "always") {
            pass.accepted();
            this.access.accepted({ own: this.#isOwnRoute(call) });
          }
          return response;
        }
        const text = withoutToken(await readText(response, MAX_ERROR_BYTES, { cut: true }), token);
        const mayTryNext = response.status === 401 && tokenCheck !== "never";
        if (mayTryNext && await pass.refused()) {
          this.#budget?.count();
          continue;
        }
        const failure = errorOf(
          { status: response.status, headers: response.headers, json: decodeJson(text), text },
          this.workspace.origin,
        );
        pass.end(); // What follows says nothing about the token any more.
        if (failure.kind === "rate_limited") this.#budget?.leaveAlone(failure.retryAfterMs ?? 0);
        throw await this.access.explain(failure, { look: tokenCheck !== "never" });
      }
    } finally {
      pass.end();
    }
  }

  /**
   * The other routes let anybody pass as a workspace that has no live token (src/platform/API.md,
   * "Tokens").
   */
  #isOwnRoute({ path }: PlatformCall): boolean {
    return path[0] === "workspaces" && path[1] === this.workspace.id && path[2] !== "a2a";
  }

  /** A request that is made of this program's own words and its workspace's id. */
  #isPlain({ path, query, json, body }: PlatformCall): boolean {
    return query === undefined && json === undefined && body === undefined &&
      path.every((segment) => segment === this.workspace.id || OWN_WORD.test(segment));
  }

  /** Whatever a tool was given to send, no tool can forget this. */
  #withoutSecrets(call: PlatformCall): PlatformCall {
    const { path, query, json } = call;
    return { ...call, ...this.outbound.json({ path, query, json }) };
  }

  async #fetchOnce(
    url: URL,
    call: PlatformCall,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    if (token !== undefined) this.#onToken(token);
    const { workspace } = this;
    if (workspace.bypassProxy) this.#direct ??= directClient(workspace.origin);
    return await httpRequest(url, call, { workspace, token, direct: this.#direct, signal });
  }
}

/** A platform may repeat the bearer when it complains about it. */
function withoutToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, "[redacted]");
}
