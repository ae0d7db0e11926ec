/** An answer larger than the caller takes. */
export class ReplyTooLargeError extends Error {
  override readonly name = "ReplyTooLargeError";
}

/**
 * The body as text, reading no more than `maxBytes`. Invalid UTF-8 becomes U+FFFD.
 *
 * @param options.cut what to do when there is more: `true` returns the beginning
 * @throws {ReplyTooLargeError} when there is more and it is not to be cut
 */
export async function readText(
  response: Response,
  maxBytes: number,
  { cut = false } = {},
): Promise<string> {
  // The runtime reads it in one go, which costs half as much.
  if (statedBytes(response) <= maxBytes) return await response.text();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const kept = chunk.subarray(0, maxBytes - size);
    chunks.push(kept);
    size += kept.byteLength;
    if (kept.byteLength === chunk.byteLength) continue;
    // Leaving the loop cancels the stream, so an endless body ends here.
    if (!cut) throw new ReplyTooLargeError(`larger than ${maxBytes} bytes`);
    break;
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return new TextDecoder().decode(bytes);
}

/** How long the body is, which HTTP then holds it to; infinite when that is not said. */
function statedBytes({ headers }: Response): number {
  // Of what is packed, the packed length is stated.
  const length = headers.has("content-encoding") ? null : headers.get("content-length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : Infinity;
}
