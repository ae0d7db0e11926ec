/**
 * Identifiers and secrets that the platform makes.
 *
 * @module
 */
import { isUuid } from "../../lib/uuid.ts";

const SECRET_BYTES = 32;

/**
 * Reads a UUID as the platform's parser does, which also takes one in braces or without hyphens.
 *
 * @returns It with hyphens, in lower case; undefined when it is none
 */
export function parseUuid(text: string): string | undefined {
  const bare = /^\{.*\}$/.test(text) ? text.slice(1, -1) : text;
  const [, a, b, c, d, e] = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(bare) ?? [];
  const uuid = a === undefined ? bare : [a, b, c, d, e].join("-");
  return isUuid(uuid) ? uuid.toLowerCase() : undefined;
}

/** 32 random bytes, base64url without padding: 43 characters (src/platform/API.md, "Tokens"). */
export function randomSecret(): string {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** SHA-256 of the text, hex. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
