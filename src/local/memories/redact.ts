/**
 * What the platform takes out of a memory before it stores it (src/platform/API.md, "Store a
 * memory"). These are the server's rules and labels; what the client hides is decided in
 * `src/safety/secrets/secret_redactor.ts`.
 *
 * @module
 */

/** The order counts: a later rule does not see what an earlier one has replaced. */
const RULES: { pattern: RegExp; label: string }[] = [
  { pattern: /\b[A-Z0-9_]*_API_KEY\s*=\s*\S+/gi, label: "API_KEY" },
  { pattern: /\b[A-Z0-9_]*_TOKEN\s*=\s*\S+/gi, label: "TOKEN" },
  { pattern: /\b[A-Z0-9_]*_SECRET\s*=\s*\S+/gi, label: "SECRET" },
  { pattern: /Bearer\s+\S+/g, label: "BEARER_TOKEN" },
  { pattern: /sk-[A-Za-z0-9_-]{16,}/g, label: "SK_TOKEN" },
  { pattern: /ctx7_[A-Za-z0-9]+/g, label: "CTX7_TOKEN" },
  { pattern: /[A-Za-z0-9+/]{33,}={0,2}/g, label: "BASE64_BLOB" },
];

/** Replaces what looks like a secret with `[REDACTED:<label>]`. */
export function redact(content: string): string {
  return RULES.reduce(
    (text, { pattern, label }) => text.replace(pattern, `[REDACTED:${label}]`),
    content,
  );
}

/** Keeps a GLOBAL memory from imitating the frame that the platform puts around it. */
export function defuseFrame(content: string): string {
  return content.replaceAll("[MEMORY ", "[_MEMORY ");
}
