/**
 * The one-time key that opens the page, and the session that it is exchanged for.
 *
 * @module
 */
import { BoundedMap } from "../../lib/bounded_map.ts";
import { isSameSecret } from "../../lib/same_secret.ts";
import { randomSecret } from "../state/ids.ts";

const KEY_LIFETIME_MS = 10 * 60_000;
/** More than a person asks for; the oldest is forgotten. */
const MAX_KEYS = 64;

/** Keys that let a browser in: each works once, for ten minutes. */
export class OneTimeKeys {
  /** By key: until when it works. */
  readonly #keys = new BoundedMap<string, number>(MAX_KEYS);
  readonly #nowMs: () => number;

  /** @param nowMs Milliseconds since the epoch */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A new key: 256 random bits. */
  make(): string {
    const key = randomSecret();
    this.#keys.set(key, this.#nowMs() + KEY_LIFETIME_MS);
    return key;
  }

  /** Uses a key up. @returns Whether it worked */
  use(given: string): boolean {
    const key = find(this.#keys.keys(), given);
    if (key === undefined) return false;
    const until = this.#keys.get(key) ?? 0;
    this.#keys.delete(key);
    return this.#nowMs() < until;
  }
}

/** A browser that was let in. */
export interface Session {
  /** Aborted when it is let out: its streams end. */
  readonly signal: AbortSignal;
}

/** The sessions, by the secret in the browser's cookie; they last as long as the platform runs. */
export class Sessions {
  readonly #sessions = new Map<string, AbortController>();
  readonly #maxSessions: number;

  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions;
  }

  /** Lets a browser in. @returns The secret for its cookie: 256 random bits */
  open(): string {
    const secret = randomSecret();
    this.#sessions.set(secret, new AbortController());
    for (const [oldest, session] of this.#sessions) {
      if (this.#sessions.size <= this.#maxSessions) break;
      this.#sessions.delete(oldest);
      session.abort();
    }
    return secret;
  }

  /** The session of a cookie, if it is one. */
  find(given: string): Session | undefined {
    const secret = find(this.#sessions.keys(), given);
    return secret === undefined ? undefined : this.#sessions.get(secret);
  }
}

/** The secret that equals the given text; how long it takes does not tell how much of it is right. */
function find(secrets: Iterable<string>, given: string): string | undefined {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(given);
  let found: string | undefined;
  for (const secret of secrets) {
    if (isSameSecret(encoder.encode(secret), bytes)) found = secret;
  }
  return found;
}
