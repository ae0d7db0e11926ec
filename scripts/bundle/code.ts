/** What is looked for, and changed, in bundled code. */

/**
 * The minifier turns `using file = await open()` into `await open()` where the variable is used
 * once. Then nothing is ever closed, and no test of the source notices. So neither this program nor its
 * packages may use it.
 *
 * @param code before it is minified
 */
export function refuseUsing(code: string): void {
  const [line] = /^(?!\s*(?:\*|\/\/)).*\busing\s+[\w$]+\s*=.*$/m.exec(code) ?? [];
  if (line === undefined) return;
  throw new Error(
    `Cannot bundle: the minifier drops "using", as in "${line.trim().slice(0, 120)}". ` +
      "Close the resource in a finally instead",
  );
}

/** The first import that is left in a piece of code, if any. */
export function importOf(code: string): string | undefined {
  const statement = /\bimport\s*(?:[\w*{][^;"']*from\s*)?["']([^"']+)["']/.exec(code)?.[1];
  const expression = /\bimport\s*\(\s*["'`](?!data:)([^"'`]*)/.exec(code)?.[1];
  return statement ?? expression;
}

/** Text, compressed, in base64. */
export async function compressed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer()).toBase64();
}

/**
 * Code in ASCII only, since V8 stores any other text with two bytes a character. Other characters occur
 * only in strings, templates and patterns, where they can be escaped.
 */
export function ascii(code: string): string {
  return code.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** @throws when the text does not occur exactly once */
export function replaceOnce(code: string, text: string, replacement: string): string {
  const parts = code.split(text);
  if (parts.length !== 2) {
    throw new Error(`Cannot bundle: expected ${text} once in the program, got ${parts.length - 1}`);
  }
  return parts.join(replacement);
}
