/**
 * The requests of agents, in the hands of the user.
 *
 * @module
 */
import { isUuid } from "../../lib/uuid.ts";
import type { PlatformContext } from "../context.ts";
import type { CallAnswer } from "../people/canvas.ts";
import { cancelAsPerson, messageAsPerson, respondAsPerson } from "../people/requests.ts";
import { isOpen, OPEN, STATUSES } from "../requests/party.ts";
import { isObject } from "../state/json.ts";
import type { RequestRow } from "../state/rows.ts";
import { type PlatformStore, StoreError } from "../state/store.ts";
import type { PageLimits } from "./page_options.ts";
import type { RequestView } from "./protocol.ts";
import { Refused } from "./refused.ts";
import { requestView, unitsOfView } from "./request_view.ts";

const CLOSED = STATUSES.filter((status) => !OPEN.includes(status));

type RequestLimits = Pick<
  PageLimits,
  "openRequests" | "closedRequests" | "requestUnits" | "requestMessages"
>;

/** Lists requests, answers them, and tells of those that are new or have changed. */
export class RequestDesk {
  readonly #platform: PlatformContext;
  readonly #store: PlatformStore;
  readonly #limits: RequestLimits;
  readonly #onChange: (request: RequestView) => void;

  /**
   * @param platform Through which the user acts: its database may be away
   * @param store Where requests are read in any case
   */
  constructor(
    platform: PlatformContext,
    store: PlatformStore,
    limits: RequestLimits,
    onChange: (request: RequestView) => void,
  ) {
    this.#platform = platform;
    this.#store = store;
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /** The newest open ones, then the newest of the others. */
  views(): RequestView[] {
    const { openRequests, closedRequests, requestUnits } = this.#limits;
    const rows = [
      ...this.#store.requests({ status: OPEN, limit: openRequests }),
      ...this.#store.requests({ status: CLOSED, limit: closedRequests }),
    ];
    const views: RequestView[] = [];
    let units = 0;
    for (const row of rows) {
      const view = this.#view(row);
      units += unitsOfView(view);
      if (units > requestUnits && views.length > 0) break;
      views.push(view);
    }
    return views;
  }

  /** @param action `done`, `approved` or `rejected` @throws {Refused} when it is not to be had */
  async respond(id: string, action: string): Promise<void> {
    this.#accepted(id, await respondAsPerson(this.#platform, this.#existing(id), action));
  }

  /** Writes to it: a question, while it is open. @throws {Refused} when it is not to be had */
  async ask(id: string, body: string): Promise<void> {
    if (body.trim() === "") throw new Refused(400, "The message is empty.");
    this.#accepted(id, await messageAsPerson(this.#platform, this.#existing(id), body));
  }

  /** Takes it back for the one who asked. @throws {Refused} when it is not to be had */
  async cancel(id: string): Promise<void> {
    this.#accepted(id, await cancelAsPerson(this.#platform, this.#existing(id)));
  }

  /** A request is new, or has changed. */
  written(row: RequestRow): void {
    this.#onChange(this.#view(row));
  }

  /** Somebody wrote to a request. */
  messageInserted(requestId: string): void {
    const row = this.#store.request(requestId);
    if (row) this.written(row);
  }

  #view(row: RequestRow): RequestView {
    return requestView(row, this.#messages(row.id), this.#limits.requestMessages);
  }

  /** All of them: the newest are shown, and there is no way to ask for these alone. */
  #messages(id: string) {
    return this.#store.requestMessages(id, Number.MAX_SAFE_INTEGER);
  }

  #existing(id: string): string {
    if (!this.#row(id)) throw new Refused(404, "There is no such request.");
    return id;
  }

  #row(id: string): RequestRow | undefined {
    try {
      return isUuid(id) ? this.#store.request(id) : undefined;
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  }

  #accepted(id: string, { status, body }: CallAnswer): void {
    if (status < 400) return;
    const row = this.#row(id);
    if (status === 404 && row && !isOpen(row)) {
      throw new Refused(409, `It is ${row.status} already.`);
    }
    if (status >= 500) {
      throw new Refused(status, `The platform's database does not answer (${status}). Try again.`);
    }
    const reason = isObject(body) && typeof body.error === "string" ? body.error : "not accepted";
    throw new Refused(status, `The platform refused: ${reason} (${status}).`);
  }
}
