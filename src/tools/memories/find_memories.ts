import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { field, textField } from "../../lib/json.ts";
import {
  type MemoryScope,
  readableNamespaces,
  searchFiledMemories,
  searchMemories,
} from "../../platform/api/memories.ts";

/** A platform's plain list has at most this many rows, the newest. */
const LISTED = 50;
/** How many rows the newer interface is asked for. */
const SEARCHED = 100;
const LISTED_NOTE =
  `This platform returns only its newest ${LISTED} memories, and only these were searched: there ` +
  "may be more matches.";

/** The memories found. */
export interface FoundMemories {
  /** A list, from every known platform; the caller shows anything else as it is. */
  readonly rows: unknown;
  /** Present when there may be more than was found. */
  readonly note?: string | undefined;
}

interface Search {
  readonly query: string;
  readonly scope: MemoryScope | "";
}

/**
 * Finds memories on every kind of platform. Older ones search; newer ones answer that search with
 * the newest 50 of everything, and search for whole words at another address, if they have it.
 * Where that leaves something out, the words are looked for here.
 *
 * @throws {PlatformError} when the plain list cannot be fetched
 */
export async function findMemories(
  client: PlatformClient,
  search: Search,
  signal: AbortSignal,
): Promise<FoundMemories> {
  // Some servers write an empty list as null.
  const listed = await searchMemories(client, search, signal) ?? [];
  if (!Array.isArray(listed)) return { rows: listed };
  const isCut = listed.length >= LISTED;
  // A server that searches names each row's namespace.
  const hasSearched = listed.some((row) => field(row, "namespace") !== undefined);
  if (hasSearched || listed.length === 0) {
    return { rows: listed, note: isCut ? cutNote(listed.length, "best matches") : undefined };
  }
  const matches = listed.filter((row) => isMatch(row, search));
  if (search.query === "" && !isCut) return { rows: matches };
  const filed = await searchFiled(client, search, signal);
  if (!filed) {
    return {
      rows: matches,
      note: isCut ? LISTED_NOTE : undefined,
    };
  }
  const known = new Set(filed.rows.map(({ id }) => id));
  const more = matches.filter((row) => !known.has(textField(row, "id") ?? ""));
  return {
    rows: [...filed.rows, ...more],
    note: filed.isCut ? cutNote(SEARCHED, "first") : undefined,
  };
}

/** @returns undefined when the platform has no such search, or it fails: the plain list remains */
async function searchFiled(client: PlatformClient, { query, scope }: Search, signal: AbortSignal) {
  try {
    const scopes = await readableNamespaces(client, signal);
    const namespaces = scope === ""
      ? [undefined]
      : [...scopes].flatMap(([name, of]) => of === scope ? name : []);
    const found = await Promise.all(namespaces.map((namespace) =>
      searchFiledMemories(client, {
        query,
        limit: SEARCHED,
        namespace,
      }, signal)
    ));
    return {
      isCut: found.some((rows) => rows.length >= SEARCHED),
      rows: found.flat().map(({ id, content, namespace }) => ({
        id,
        content,
        scope: scopes.get(namespace) ?? namespace,
      })),
    };
  } catch (error) {
    if (error instanceof PlatformError && error.kind !== "cancelled") return undefined;
    throw error;
  }
}

/** Whether the row is in the scope and contains every word, whole or as part of another. */
function isMatch(row: unknown, { query, scope }: Search): boolean {
  if (scope !== "" && textField(row, "scope")?.toUpperCase() !== scope) return false;
  const content = field(row, "content");
  const text = comparable(typeof content === "string" ? content : JSON.stringify(content) ?? "");
  return comparable(query).split(/\s+/).every((word) => text.includes(word));
}

function comparable(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

function cutNote(count: number, which: string): string {
  return `Only the ${count} ${which} are shown; there may be more. A longer query narrows the search.`;
}
