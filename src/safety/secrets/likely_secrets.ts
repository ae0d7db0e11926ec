/** Well-known kinds of keys, and long values after a telling name (tests/README.md, "Memory"). */
const API_KEYS = [
  /\bsk-[A-Za-z0-9_-]{20,}\b/g,
  /\bgh[ps]_[A-Za-z0-9]{36}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{82}\b/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
];
const ASSIGNED_SECRET = /((?:api_key|key|token|secret|password)\s*=\s*)[A-Za-z0-9+/]{40,}={0,2}/gi;

/**
 * Masks what looks like a key or a password, for text that is about to be stored as a memory
 * (tests/README.md, "Memory"). Masking twice changes nothing more.
 */
export function redactLikelySecrets(text: string): string {
  return API_KEYS.reduce((masked, pattern) => masked.replace(pattern, "[REDACTED]"), text)
    .replace(ASSIGNED_SECRET, "$1[REDACTED]");
}
