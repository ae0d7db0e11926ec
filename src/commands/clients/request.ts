import { meantClient } from "../support/did_you_mean.ts";
import { UsageError } from "../support/usage.ts";
import type { Client } from "./client.ts";
import { CLIENTS } from "./clients.ts";

/**
 * The clients that were named.
 *
 * @throws {UsageError} for a name that is none
 */
export function namedClients(names: readonly string[]): readonly Client[] {
  const known = CLIENTS.map(({ id }) => id);
  return [...new Set(names)].map((name) => {
    const client = CLIENTS.find(({ id }) => id === name);
    if (client) return client;
    const near = meantClient(name, known);
    const shown = /^[a-z][a-z-]{0,20}$/.test(name) ? ` "${name}"` : "";
    throw new UsageError(
      `no client${shown}; ${
        near === undefined ? `expected one of: ${known.join(", ")}` : `did you mean ${near}?`
      }`,
    );
  });
}

/** What the entry is called. */
export function entryName(profile: string | undefined): string {
  return profile === undefined ? "molecule" : `molecule-${profile}`;
}
