import { VERSION } from "../../src/version.ts";

/** Placeholders of transcripts, by name without braces, e.g. `home`. */
export type Placeholders = ReadonlyMap<string, string>;

/** @throws {SyntaxError} when the transcript has not arranged for it */
export function valueOf(placeholders: Placeholders, name: string): string {
  const value = placeholders.get(name);
  if (value === undefined) throw new SyntaxError(`There is no {${name}} in this transcript`);
  return value;
}

/** The text with the values. Braces around anything else are JSON. */
export function expand(placeholders: Placeholders, text: string): string {
  return text.replaceAll(
    /\{([a-z.-]+)\}/g,
    (_, name) => name === "version" ? VERSION : valueOf(placeholders, name),
  );
}

/** The text with placeholders for what differs from run to run and from system to system. */
export function normalised(placeholders: Placeholders, text: string): string {
  let result = text.replaceAll("\r\n", "\n")
    .replaceAll(
      /(?<=molecule-mcp[ @/]|this is )\d+\.\d+\.\d+( \([0-9a-f]{12}[^)]*\))?/g,
      "{version}",
    );
  const longestFirst = [...placeholders].sort(([, a], [, b]) => b.length - a.length);
  for (const [name, value] of longestFirst) {
    // A path of Windows also as JSON has it, and as some libraries write it.
    for (const form of [JSON.stringify(value).slice(1, -1), value, value.replaceAll("\\", "/")]) {
      result = result.replaceAll(form, `{${name}}`);
    }
  }
  return result
    .replaceAll(/\{home\}[\\/][^\s"'`]*/g, (path) => path.replaceAll(/\\+/g, "/"))
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "{time}");
}

/** Nobody listens there any more. */
export function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
