import type { PlatformClient } from "../platform/client/client.ts";
import { discover, listPeers, type Peer } from "../platform/api/registry.ts";
import { canonicalPeerId } from "../config/workspace_id.ts";
import { peerLine } from "../safety/untrusted/untrusted_text.ts";
import { BoundedMap } from "../lib/bounded_map.ts";

const TTL_MS = 300_000;
const MAX_ENTRIES = 1024;
const LOOKUP_TIMEOUT_MS = 2_000;
const MAX_CONCURRENT = 2;
const MAX_NAME_LENGTH = 120;

/** What the registry knows about a sender; empty if it knows nothing. */
export interface PeerDetails {
  readonly name?: string;
  readonly role?: string;
}

interface Entry {
  readonly details: PeerDetails;
  readonly expiresAt: number;
}

/**
 * Names and roles of senders, looked up in the background so that no message waits for them: a
 * known one is returned at once, an unknown one is fetched for the next time. What cannot be found
 * is remembered as well (tests/README.md, "Sources and names of peers").
 */
export class PeerDirectory {
  readonly #entries = new BoundedMap<string, Entry>(MAX_ENTRIES);
  readonly #pending = new Set<string>();
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #now: () => number;
  readonly #signal: AbortSignal;
  #running = 0;

  /** @param options.signal ends the look-ups */
  constructor(options: { signal: AbortSignal; now?: () => number }) {
    this.#signal = options.signal;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The details, if they are known now; otherwise starts one look-up. */
  details(peerId: string, client: PlatformClient): PeerDetails | undefined {
    const id = canonicalPeerId(peerId);
    if (id === undefined) return undefined;
    const key = `${client.workspace.id} ${id}`;
    const entry = this.#entries.get(key);
    if (entry && entry.expiresAt > this.#now()) {
      this.#entries.set(key, entry); // An entry in use becomes the newest.
      return entry.details;
    }
    if (!this.#pending.has(key)) {
      this.#pending.add(key);
      this.#waiting.push(() => this.#lookUp(key, id, client));
      this.#startNext();
    }
    return undefined;
  }

  #startNext(): void {
    if (this.#running >= MAX_CONCURRENT) return;
    const lookUp = this.#waiting.shift();
    if (!lookUp) return;
    this.#running += 1;
    lookUp().finally(() => {
      this.#running -= 1;
      this.#startNext();
    });
  }

  /** Never throws. */
  async #lookUp(key: string, id: string, client: PlatformClient): Promise<void> {
    this.#store(key, await this.#fetch(id, client));
    this.#pending.delete(key);
  }

  async #fetch(id: string, client: PlatformClient): Promise<PeerDetails> {
    const options = { timeoutMs: LOOKUP_TIMEOUT_MS, signal: this.#signal };
    try {
      // Only the list knows roles; an allowed sender may be missing from it (src/platform/API.md,
      // "Hierarchy rules" and "Discover a peer").
      const listed = (await listPeers(client, this.#signal)).find((peer) =>
        canonicalPeerId(peer.id) === id
      );
      return detailsOf(listed ?? await discover(client, id, options));
    } catch {
      return {}; // Details are an extra: any failure means "unknown" until the entry expires.
    }
  }

  #store(key: string, details: PeerDetails): void {
    this.#entries.set(key, { details, expiresAt: this.#now() + TTL_MS });
  }
}

/** What of a peer's entry may be shown. */
export function detailsOf(peer: Peer | undefined): PeerDetails {
  return {
    name: peerLine(peer?.name ?? "", MAX_NAME_LENGTH),
    role: peerLine(peer?.role ?? "", MAX_NAME_LENGTH),
  };
}
