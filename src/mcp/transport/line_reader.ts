/** A line of input, or the note that one was too long to keep. */
export type Line = { readonly text: string } | { readonly tooLong: true };

const NEWLINE = 0x0a;

/**
 * Splits a byte stream into lines without ever holding more than `maxBytes` of one: the rest of a
 * longer line is skipped. A last line without a newline counts. Invalid UTF-8 becomes U+FFFD.
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let tooLong = false;

  const take = (bytes: Uint8Array) => {
    if (tooLong || bytes.byteLength === 0) return;
    size += bytes.byteLength;
    if (size > maxBytes) {
      tooLong = true;
      parts = [];
    } else parts.push(bytes);
  };
  const finish = (): Line => {
    const line: Line = tooLong ? { tooLong: true } : { text: decode(parts, size) };
    parts = [];
    size = 0;
    tooLong = false;
    return line;
  };

  for await (const chunk of stream) {
    let start = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end !== -1;
      end = chunk.indexOf(NEWLINE, start)
    ) {
      take(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    take(chunk.subarray(start));
  }
  if (size > 0) yield finish();
}

function decode(parts: readonly Uint8Array[], size: number): string {
  if (parts.length === 1 && parts[0]) return new TextDecoder().decode(parts[0]);
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return new TextDecoder().decode(whole);
}
