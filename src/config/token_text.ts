/**
 * Whether a token can stand in an `Authorization` header: visible ASCII without white space, at
 * most 4096 characters. Tokens are opaque otherwise (platform-api 1.2).
 */
export function isSendableToken(token: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(token);
}
