import { key, storable } from "./keys.ts";
import type { RequestMessageRow, RequestRow } from "./rows.ts";
import { type RequestChange, type RequestFilter, StoreError } from "./store.ts";

/** The requests in memory; `PlatformStore` says what each does. */
export class MemoryRequests {
  /** In the order of insertion, which is the order of `createdAt`. */
  readonly #requests = new Map<string, RequestRow>();
  /** By the request's id. */
  readonly #messages = new Map<string, RequestMessageRow[]>();

  insert(row: RequestRow): void {
    const id = key(row.id);
    if (this.#requests.has(id)) throw new StoreError(`Cannot insert request ${id}: it exists`);
    this.#requests.set(id, { ...storable(row), id });
  }

  one(id: string): RequestRow | undefined {
    const row = this.#requests.get(key(id));
    return row && { ...row };
  }

  update(id: string, change: RequestChange): void {
    const row = this.#requests.get(key(id));
    if (row) Object.assign(row, change);
  }

  find(filter: RequestFilter): RequestRow[] {
    return [...this.#requests.values()]
      .reverse()
      .filter((row) => matches(row, filter))
      .slice(0, filter.limit)
      .map((row) => ({ ...row }));
  }

  insertMessage(row: RequestMessageRow): void {
    const [id, requestId] = [key(row.id), key(row.requestId)];
    const messages = this.#messages.get(requestId) ?? [];
    messages.push({ ...storable(row), id, requestId });
    this.#messages.set(requestId, messages);
  }

  messages(requestId: string, limit: number): RequestMessageRow[] {
    const messages = this.#messages.get(key(requestId)) ?? [];
    return messages.slice(0, limit).map((row) => ({ ...row }));
  }
}

function matches(row: RequestRow, filter: RequestFilter): boolean {
  const { requesterId, recipientType, recipientId, kind, status } = filter;
  if (requesterId !== undefined && row.requesterId !== requesterId) return false;
  if (recipientType !== undefined && row.recipientType !== recipientType) return false;
  if (recipientId !== undefined && row.recipientId !== recipientId) return false;
  if (kind !== undefined && row.kind !== kind) return false;
  return status === undefined || status.includes(row.status);
}
