/**
 * The bytes of a request's body.
 *
 * @returns "too large" for more than that; "gone": the caller went away in the middle of it
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | "too large" | "gone"> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > maxBytes) return "too large";
      chunks.push(chunk);
    }
  } catch {
    return "gone";
  }
  return await new Blob(chunks).bytes();
}
