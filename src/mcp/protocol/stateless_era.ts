import { field, type JsonObject } from "../../lib/json.ts";
import { cutText } from "../../lib/cut_text.ts";
import { asError } from "../../lib/error_text.ts";
import { RPC_ERROR, RpcError } from "../json_rpc.ts";
import type { JSONRPCMessage, JSONRPCRequest, RequestId } from "../sdk.ts";
import { type Answer, complete, fault, invalidParams } from "./stateless_answer.ts";
import {
  clientInfo,
  isStateless,
  isSubscriptionFilter,
  readRequestMeta,
  STATELESS_VERSIONS,
} from "./stateless_request.ts";
import type { ToolProvider } from "../calls/tool_provider.ts";
import { callTool } from "../calls/tool_requests.ts";
import type { ClientInfo } from "./handshake.ts";

/** What this era needs of the program. */
export interface StatelessOptions {
  readonly instructions: string;
  /** The list must always be in the same order: clients and models cache it. */
  readonly tools: ToolProvider;
  /** A tool is called by a client that names itself otherwise than the last. */
  onCaller?(client: ClientInfo): void;
  send(message: JSONRPCMessage): Promise<void>;
  /** Gets errors that cannot be sent to a client: a fault of the program, a client that is gone. */
  onerror(error: Error): void;
}

/**
 * This client shows its agent what is pushed, but only after a handshake: in the stateless era it
 * drops every notification that it did not ask for. So it gets the answer of a server that knows
 * only the handshake: the one of the SDK's server to an unknown method. This is a deliberate
 * exception: a client's name should not normally change what a server does.
 */
const HANDSHAKE_ONLY_CLIENT = "claude-code";

/**
 * How long a client may cache an answer. Neither the list nor the instructions change while the
 * process lives; by a later time the program may have been updated.
 */
const TTL_MS = 300_000;

/** The list is the same for everybody; the instructions follow from this user's settings. */
const FOR_ALL = { ttlMs: TTL_MS, cacheScope: "public" } as const;
const FOR_ONE = { ttlMs: TTL_MS, cacheScope: "private" } as const;

/** Limit for a method's name in an error text. */
const MAX_SHOWN = 100;

const SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId";

/**
 * MCP without a handshake (2026-07-28): each request itself names its version and client, and
 * nothing is inferred from an earlier one. It runs beside the handshake era in the same process,
 * with the same tools. This is our own code because version 1 of the SDK does not support this
 * protocol.
 */
export class StatelessEra {
  readonly #options: StatelessOptions;
  readonly #running = new Map<RequestId, AbortController>();
  #caller: ClientInfo | undefined;

  constructor(options: StatelessOptions) {
    this.#options = options;
  }

  /** Whether a request belongs to this era, judged by itself. `initialize` begins the other one. */
  takes({ method, params }: JSONRPCRequest): boolean {
    return method === "server/discover" || (method !== "initialize" && isStateless(params));
  }

  /** Answers a request. No other unanswered request has its id (see `Intake`). */
  receive(request: JSONRPCRequest): void {
    this.#answer(request).catch((error) => this.#options.onerror(asError(error)));
  }

  /** @returns whether the request was running; it then gets no answer */
  cancel(requestId: RequestId, reason?: unknown): boolean {
    const request = this.#running.get(requestId);
    if (!request) return false;
    this.#running.delete(requestId);
    request.abort(reason);
    return true;
  }

  /** Ends everything that is running, without an answer. */
  close(): void {
    for (const id of [...this.#running.keys()]) this.cancel(id);
  }

  async #answer(request: JSONRPCRequest): Promise<void> {
    const { id } = request;
    const running = new AbortController();
    this.#running.set(id, running);
    const answer = await this.#serve(request, running);
    // By now the id may belong to another request.
    if (this.#running.get(id) !== running) return;
    // Before the answer is written: from here on nothing else is sent for this request.
    this.#running.delete(id);
    await this.#options.send({ jsonrpc: "2.0", id, ...answer });
  }

  async #serve({ id, method, params }: JSONRPCRequest, running: AbortController): Promise<Answer> {
    if (method === "server/discover" && clientInfo(params).name === HANDSHAKE_ONLY_CLIENT) {
      return fault(RPC_ERROR.methodNotFound, "Method not found");
    }
    const meta = readRequestMeta(params);
    if ("error" in meta) return meta;
    try {
      switch (method) {
        case "server/discover":
          return complete({ ...this.#description(), ...FOR_ONE });
        case "tools/list":
          return await this.#list(params);
        case "tools/call":
          return complete(await this.#call(params, running.signal));
        case "subscriptions/listen":
          return await this.#listen(id, params);
        default:
          return fault(
            RPC_ERROR.methodNotFound,
            `Method not found: ${
              cutText(method, MAX_SHOWN)
            } is not served in this protocol version`,
          );
      }
    } catch (error) {
      if (error instanceof RpcError) return fault(error.code, error.message);
      // The client does not get the error itself, which may contain private details.
      if (!running.signal.aborted) this.#options.onerror(asError(error));
      return fault(RPC_ERROR.internal, `Internal error in ${method}: please report it`);
    }
  }

  #description(): JsonObject {
    return {
      supportedVersions: STATELESS_VERSIONS,
      capabilities: { tools: { listChanged: false } },
      instructions: this.#options.instructions,
    };
  }

  async #list(params: unknown): Promise<Answer> {
    // The list has only one page, so no cursor was ever given out.
    if ((field(params, "cursor") ?? undefined) !== undefined) {
      return invalidParams('tools/list has one page: leave "cursor" out');
    }
    return complete({ tools: await this.#options.tools.listTools(), ...FOR_ALL });
  }

  async #call(params: unknown, signal: AbortSignal): Promise<JsonObject> {
    const caller = clientInfo(params);
    if (caller.name !== this.#caller?.name || caller.version !== this.#caller.version) {
      this.#caller = caller;
      this.#options.onCaller?.(caller);
    }
    return await callTool(this.#options.tools, params, {
      signal,
      progress: (params) => {
        this.#options.send({ jsonrpc: "2.0", method: "notifications/progress", params })
          .catch((error) => this.#options.onerror(asError(error)));
      },
    });
  }

  /**
   * Nothing that a client could listen for ever changes here: it is told that none of what it asked
   * for will come, and its subscription ends at once in the regular way.
   */
  async #listen(id: RequestId, params: unknown): Promise<Answer> {
    if (!isSubscriptionFilter(field(params, "notifications"))) {
      return invalidParams(
        'subscriptions/listen needs "notifications", which kinds of them the client wants',
      );
    }
    const _meta = { [SUBSCRIPTION_KEY]: id };
    await this.#options.send({
      jsonrpc: "2.0",
      method: "notifications/subscriptions/acknowledged",
      params: { _meta, notifications: {} },
    });
    return complete({ _meta });
  }
}
