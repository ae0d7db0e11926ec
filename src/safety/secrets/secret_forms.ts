/** Shorter runs of Base64 would be found by chance. */
const MIN_BASE64_LENGTH = 12;

/**
 * Every spelling under which a secret may turn up: as it is, in a URL (either case of the escapes),
 * in a JSON string, and in Base64 of a text that holds it (either alphabet, at any offset, e.g. a
 * whole `Bearer …` header). Without repetition.
 */
export function secretForms(secret: string): string[] {
  const url = encodeURIComponent(secret);
  const forms = new Set([
    secret,
    url,
    url.replace(/%../g, (escape) => escape.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
  ]);
  for (const offset of [0, 1, 2]) {
    const core = base64Core(secret, offset);
    if (core.length < MIN_BASE64_LENGTH) continue;
    forms.add(core);
    forms.add(core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return [...forms];
}

/**
 * The Base64 digits that depend on the secret alone when it begins at the given byte of a group of
 * three: those that share bits with a neighbour are left out.
 */
function base64Core(secret: string, offset: number): string {
  const text = new TextEncoder().encode("\0".repeat(offset) + secret);
  const sharedAtStart = Math.ceil(offset * 8 / 6);
  const whole = Math.floor(text.byteLength * 8 / 6);
  return text.toBase64().slice(sharedAtStart, whole);
}
