/** One exchange of platform-fixtures.json. */
export interface Fixture {
  readonly id: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

/** Every example exchange of the platform's specification. */
export const FIXTURES: readonly Fixture[] = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/platform-fixtures.json", import.meta.url)),
).cases;

/** The exchange with this id. */
export function fixture(id: string): Fixture {
  const found = FIXTURES.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`No fixture is called ${id}`);
  return found;
}

/** The answer of an exchange. */
export function fixtureResponse({ response: { status, headers, body } }: Fixture): Response {
  const text = body === undefined || body === null
    ? null
    : typeof body === "string"
    ? body
    : JSON.stringify(body);
  return new Response(text, { status, ...(headers && { headers }) });
}
