import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseWorkspaces } from "../../src/config/workspaces.ts";

const SHAPE = '[{"id": "...", "token": "...", "platform_url": "https://..." (optional)}]';

/** The messages of the problems; then there must be no entries. */
function messages(input: unknown): string[] {
  const { entries, problems } = parseWorkspaces(
    typeof input === "string" ? input : JSON.stringify(input),
  );
  assertEquals(entries, []);
  return problems.map(({ variable, kind, message }) => {
    assertEquals([variable, kind], ["MOLECULE_WORKSPACES", "invalid"]);
    return message;
  });
}

/** What is wrong with the only entry. */
function faults(entry: unknown): string[] {
  return messages([entry]).map((message) => {
    assert(message.startsWith("MOLECULE_WORKSPACES[0]: "), message);
    return message.slice("MOLECULE_WORKSPACES[0]: ".length);
  });
}

Deno.test("entries keep their order, and are trimmed", () => {
  const { entries, problems } = parseWorkspaces(JSON.stringify([
    { id: " ws-b ", token: "\ttok-b\n" },
    { id: "ws-a", token: "tok-a" },
  ]));
  assertEquals(problems, []);
  assertEquals(entries, [{ id: "ws-b", token: "tok-b" }, { id: "ws-a", token: "tok-a" }]);
});

Deno.test("an unknown key is refused: a mistyped platform_url would send the token elsewhere", () => {
  assertEquals(faults({ id: "ws", token: "tok", platfrom_url: "https://acme.example" }), [
    "unknown key 'platfrom_url'; expected id, token, platform_url",
  ]);
  assertEquals(faults({ id: "ws", token: "tok", "s3cr3t-t0ken": 1 }), [
    "unknown key; expected id, token, platform_url",
  ]);
});

Deno.test("an entry's own platform is normalised; blank or null is none", () => {
  const urls = ["https://acme.example/p/", " ", "", null];
  const { entries, problems } = parseWorkspaces(JSON.stringify(
    urls.map((platform_url, i) => ({ id: `ws-${i}`, token: "tok", platform_url })),
  ));
  assertEquals(problems, []);
  assertEquals(entries.map(({ platformUrl }) => platformUrl?.base), [
    "https://acme.example/p",
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("what is not JSON is reported with the expected shape, and never quoted", () => {
  const [message = "", ...others] = messages('[{"id": "ws-a", "token": "hunter2"]');
  assertEquals(others, []);
  assert(/^not valid JSON \(at character \d+\); expected /.test(message), message);
  assert(message.endsWith(SHAPE));
  for (const text of ["hunter2", '"hunter2', '["hunter2"', "[hunter2]"]) {
    const found = messages(text);
    assertEquals(found.length, 1);
    assert(!found[0]?.includes("hunter2"), "The token shows");
  }
});

Deno.test("what is not an array, or is empty, is reported with the expected shape", () => {
  for (const json of ["[]", "{}", "null", "7", '"text"', '{"id":"ws-a","token":"tok"}']) {
    assertEquals(messages(json), [`must be a non-empty array; expected ${SHAPE}`]);
  }
});

Deno.test("an entry that is not an object is reported, with what it is", () => {
  const kinds: [unknown, string][] = [
    [null, "null"],
    [7, "a number"],
    ["hunter2", "a string"],
    [true, "a boolean"],
    [["ws-a", "hunter2"], "an array"],
  ];
  for (const [entry, kind] of kinds) {
    assertEquals(faults(entry), [`not an object (it is ${kind}); expected ${SHAPE}`]);
  }
});

Deno.test("a missing or blank id or token is reported", () => {
  assertEquals(faults({}), ["missing 'id'", "missing 'token'"]);
  assertEquals(faults({ id: "", token: " " }), ["missing 'id'", "missing 'token'"]);
  assertEquals(faults({ id: "ws-a" }), ["missing 'token'"]);
});

Deno.test("an id or token that is not a string is reported, never turned into one", () => {
  assertEquals(faults({ id: null, token: null }), [
    "'id' must be a non-empty string, not null",
    "'token' must be a non-empty string, not null",
  ]);
  assertEquals(faults({ id: 7, token: ["hunter2"] }), [
    "'id' must be a non-empty string, not a number",
    "'token' must be a non-empty string, not an array",
  ]);
});

Deno.test("an invalid id is reported, and not repeated: it may be the token", () => {
  for (const id of ["WS-A", "../ws", "ws a", "ws\r\nX: y", "a".repeat(129)]) {
    const expected = "'id' must be 1-128 lower-case letters, digits and hyphens";
    assertEquals(faults({ id, token: "tok" }), [expected]);
  }
});

Deno.test("what was pasted around a token is reported", () => {
  for (
    const [token, expected] of [
      ["'tok'", "'token' cannot be used: it is in quotes; give only what is between them"],
      [
        "A_B=tok",
        `'token' cannot be used: it has the form NAME=value; give only what follows the "="`,
      ],
    ] as const
  ) assertEquals(faults({ id: "ws-a", token }), [expected]);
});

Deno.test("a token that no header can carry is reported", () => {
  const advice = "; copy it again from the canvas (workspace, Tokens tab)";
  for (const token of ["two words", "tok\nen"]) {
    assertEquals(faults({ id: "ws-a", token }), [
      `'token' cannot be used: it contains white space or a line break${advice}`,
    ]);
  }
  assertEquals(faults({ id: "ws-a", token: "tokén" }), [
    `'token' cannot be used: it is too long, or contains characters other than visible ASCII${advice}`,
  ]);
});

Deno.test("the platform's placeholder for a token is refused by name", () => {
  const [fault = "", ...others] = faults({ id: "ws-a", token: "<ROTATE_TO_REVEAL_TOKEN>" });
  assertEquals(others, []);
  assert(
    fault.startsWith(
      "'token' cannot be used: it is <ROTATE_TO_REVEAL_TOKEN>, which only stands for a token",
    ),
    fault,
  );
});

Deno.test("an invalid platform URL is reported", () => {
  const url = (platform_url: unknown) => faults({ id: "ws-a", token: "tok", platform_url });
  assertEquals(url(7), ["'platform_url' must be a string, not a number"]);
  assertEquals(url("acme.example"), [
    "'platform_url' expected an http:// or https:// URL such as " +
    'https://your-org.example.com, got "acme.example"',
  ]);
  assertEquals(url("https://u:hunter2@acme.example"), [
    "'platform_url' must not carry a user name or password; the token is set apart from it",
  ]);
});

Deno.test("an id that was given before is reported with where, trimmed or not", () => {
  const entries = ["ws-a", "ws-b", " ws-a"].map((id) => ({ id, token: "tok" }));
  assertEquals(messages(entries), [
    "MOLECULE_WORKSPACES[2]: duplicate workspace id, already given at [0]",
  ]);
});

Deno.test("every fault of every entry is reported at once, and no entry is used", () => {
  assertEquals(
    messages([
      { id: "ws-a", token: "tok" },
      { id: "WS", token: 7, platform_url: 7 },
      { id: "ws-c", token: "tok" },
      { id: "ws-a" },
      null,
    ]),
    [
      "MOLECULE_WORKSPACES[1]: 'id' must be 1-128 lower-case letters, digits and hyphens",
      "MOLECULE_WORKSPACES[1]: 'token' must be a non-empty string, not a number",
      "MOLECULE_WORKSPACES[1]: 'platform_url' must be a string, not a number",
      "MOLECULE_WORKSPACES[3]: missing 'token'",
      "MOLECULE_WORKSPACES[3]: duplicate workspace id, already given at [0]",
      `MOLECULE_WORKSPACES[4]: not an object (it is null); expected ${SHAPE}`,
    ],
  );
});

const token = fc.stringMatching(/^S3_[A-Z0-9_]{5,40}$/);

Deno.test("no problem ever contains a token, whatever else is wrong", () => {
  const odd = fc.oneof(fc.constant(undefined), fc.constant(null), fc.integer(), fc.string());
  const entry = (secret: string) =>
    fc.record({
      id: fc.oneof(odd, fc.constant(secret), fc.constant("ws-a")),
      token: fc.constantFrom(secret, `${secret} ${secret}`, [secret], { [secret]: secret }),
      platform_url: fc.oneof(odd, fc.constantFrom(`https://${secret}@h`, `https://h/?t=${secret}`)),
    });
  const input = token.chain((secret) =>
    fc.tuple(
      fc.constant(secret),
      fc.array(fc.oneof(entry(secret), fc.constant(secret), odd), { minLength: 1 }),
      // Cut anywhere, it is mostly no JSON.
      fc.double({ min: 0, max: 2, noNaN: true }),
    )
  );
  fc.assert(fc.property(input, ([secret, entries, share]) => {
    const json = JSON.stringify(entries);
    const { problems } = parseWorkspaces(json.slice(0, Math.ceil(json.length * share)));
    assert(!JSON.stringify(problems).includes(secret), "The token shows");
  }));
});

Deno.test("entries or problems, never both and never neither", () => {
  const json = fc.oneof(fc.json(), fc.string());
  fc.assert(fc.property(json, (text) => {
    const { entries, problems } = parseWorkspaces(text);
    assertEquals(entries.length === 0, problems.length > 0);
  }));
});
