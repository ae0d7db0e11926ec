/**
 * Reading `multipart/form-data`, with the names of files as they were sent: Deno's own reader (2.9) cuts
 * a name at a semicolon or an equals sign, although it is quoted.
 *
 * @module
 */

const QUOTE = 0x22;
/** What a name is cut at, and what stands for it: controls, which no browser sends there. */
const STAND_INS: readonly (readonly [char: string, standIn: number])[] = [[";", 0x01], ["=", 0x02]];
const NAME_BEGINS = new TextEncoder().encode('filename="');
const HEADERS_END = new TextEncoder().encode("\r\n\r\n");

/** The form. @throws {TypeError} when it is none */
export async function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<FormData> {
  const headers = { "Content-Type": contentType };
  const form = await new Response(withStandIns(body, contentType), { headers }).formData();
  const named = new FormData();
  for (const [name, value] of form) {
    if (typeof value === "string") named.append(name, value);
    else named.append(name, value, originalName(value.name));
  }
  return named;
}

/** The same body, or a copy of the same length with stand-ins in the names. */
function withStandIns(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Uint8Array<ArrayBuffer> {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return body;
  const delimiter = new TextEncoder().encode(`--${boundary}\r\n`);
  let changed: Uint8Array<ArrayBuffer> | undefined;
  for (let part = find(body, delimiter, 0); part >= 0; part = find(body, delimiter, part)) {
    part += delimiter.length;
    const end = find(body, HEADERS_END, part);
    if (end < 0) break;
    const name = find(body.subarray(part, end), NAME_BEGINS, 0);
    if (name < 0) continue;
    for (let at = part + name + NAME_BEGINS.length; at < end && body[at] !== QUOTE; at++) {
      const found = STAND_INS.find(([char]) => char.charCodeAt(0) === body[at]);
      if (!found) continue;
      changed ??= body.slice();
      changed[at] = found[1];
    }
  }
  return changed ?? body;
}

function originalName(name: string): string {
  return STAND_INS.reduce(
    (text, [char, standIn]) => text.replaceAll(String.fromCharCode(standIn), char),
    name,
  );
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
