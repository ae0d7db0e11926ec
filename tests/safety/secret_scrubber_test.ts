import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "fast-check";
import { SecretScrubber } from "../../src/safety/redact.ts";

const TOKEN = "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU";

function scrubberFor(...secrets: (string | undefined)[]): SecretScrubber {
  const scrubber = new SecretScrubber();
  for (const secret of secrets) scrubber.add(secret);
  return scrubber;
}

const scrub = (text: string, ...secrets: string[]) =>
  scrubberFor(...(secrets.length > 0 ? secrets : [TOKEN])).scrub(text);

Deno.test("a known token is replaced wherever it stands", () => {
  assertEquals(scrub(`a ${TOKEN} b ${TOKEN}${TOKEN}`), "a [redacted] b [redacted][redacted]");
});

Deno.test("a text without any secret comes back as the same string", () => {
  const text = "GET /workspaces/3f6b1c58/activity answered 500";
  assertStrictEquals(scrub(text), text);
});

Deno.test("a token is found URL-encoded, with upper-case and lower-case escapes", () => {
  const secret = "p@ss/wörd+1=";
  assertEquals(scrub(`?t=${encodeURIComponent(secret)}`, secret), "?t=[redacted]");
  assertEquals(scrub("?t=p%40ss%2fw%c3%b6rd%2b1%3d", secret), "?t=[redacted]");
});

Deno.test("a token is found JSON-escaped, and the JSON stays valid", () => {
  const secret = 'quo"te\\and\tmore';
  const scrubbed = scrub(JSON.stringify({ a: `x${secret}y`, b: 1 }), secret);
  assertEquals(JSON.parse(scrubbed), { a: "x[redacted]y", b: 1 });
});

Deno.test("a token is found in Base64, alone or inside a header, at every offset", () => {
  for (const prefix of ["", "x", "xy", "Bearer ", "Authorization: Bearer ", "user:"]) {
    for (const suffix of ["", "z", "zz", "\n"]) {
      const scrubbed = scrub(`[${btoa(prefix + TOKEN + suffix)}]`);
      assert(scrubbed.includes("[redacted]"), prefix);
      // At most the digits that share bits with the neighbours are left.
      assert(scrubbed.length <= btoa(prefix + suffix).length + "[[redacted]]".length + 8, scrubbed);
    }
  }
});

Deno.test("a token is found in URL-safe Base64", () => {
  const secret = "~~~???>>>~~~???>>>";
  const urlSafe = btoa(secret).replaceAll("+", "-").replaceAll("/", "_");
  assert(/[-_]/.test(urlSafe));
  assertEquals(scrub(urlSafe, secret), "[redacted]");
});

Deno.test("a token that was cut at either end is still recognised", () => {
  assertEquals(scrub(`body: ${TOKEN.slice(0, 20)}`), "body: [redacted]");
  assertEquals(scrub(`${TOKEN.slice(-23)} rest`), "[redacted] rest");
  assertEquals(scrub(`${TOKEN.slice(0, 20)}…${TOKEN.slice(-20)}`), "[redacted]…[redacted]");
});

Deno.test("less than 20 characters of a token are no fragment of it", () => {
  const text = `${TOKEN.slice(0, 19)}…${TOKEN.slice(-19)}`;
  assertStrictEquals(scrub(text), text);
});

const ID = "3f6b1c58-0000-4000-8000-123456789abc";

function withId(secret: string): SecretScrubber {
  const scrubber = new SecretScrubber([ID, "lead"]);
  scrubber.add(secret);
  return scrubber;
}

Deno.test("the id of a workspace stays readable, although a secret ends or begins with it", () => {
  for (const secret of [`inbound-${ID}`, `${ID}-inbound`, `a-${ID}-${ID}`]) {
    const scrubber = withId(secret);
    for (
      const text of [
        ID,
        `GET /workspaces/${ID}/activity`,
        `{"workspace_id":"${ID}"}`,
        `x-${ID}-y ${ID}${ID}`,
        `${ID.slice(0, 30)}… …${ID.slice(6)}`,
      ]
    ) assertStrictEquals(scrubber.scrub(text), text, secret);
    assertEquals(scrubber.scrub(`of ${ID}: ${secret}.`), `of ${ID}: [redacted].`);
  }
});

Deno.test("what is left of a secret is hidden beside an id as well", () => {
  const scrubber = withId(`${TOKEN}-${ID}`);
  assertEquals(scrubber.scrub(`${TOKEN.slice(20)}-${ID}`), `[redacted]${ID}`);
  assertEquals(scrubber.scrub(`${TOKEN.slice(0, 25)}…`), "[redacted]…");
});

Deno.test("a secret that is an id, or a part of one, does not take the id away", () => {
  assertEquals(withId(ID).scrub(`id ${ID}`), `id ${ID}`);
  assertEquals(withId("123456789abc").scrub(`id ${ID}, 123456789abc`), `id ${ID}, [redacted]`);
});

Deno.test("a token with the name of its variable around it does not hide that name", () => {
  const text = "Put it into MOLECULE_WORKSPACE_TOKEN (or MOLECULE_WORKSPACE_TOKEN_FILE)";
  const secret = `MOLECULE_WORKSPACE_TOKEN=${TOKEN}`;
  assertStrictEquals(scrub(text, secret), text);
  assertEquals(scrub(`x ${secret}`, secret), "x [redacted]");
});

Deno.test("known secrets can be hidden without a guess at others", () => {
  const scrubber = scrubberFor(TOKEN);
  assertEquals(
    scrubber.scrubKnown(`Bearer abc123, Bearer ${TOKEN}`),
    "Bearer abc123, Bearer [redacted]",
  );
});

Deno.test("the eight characters by which the platform names a token are no secret", () => {
  assertEquals(scrub(`token ${TOKEN.slice(0, 8)} revoked`), `token ${TOKEN.slice(0, 8)} revoked`);
});

Deno.test("a bearer value is replaced even when nobody announced it", () => {
  assertEquals(scrub("Authorization: Bearer abc"), "Authorization: Bearer [redacted]");
  assertEquals(scrub('{"a":"Bearer x.y_z~1+/=","b":2}'), '{"a":"Bearer [redacted]","b":2}');
  assertEquals(scrub("authorization: bearer abc123"), "authorization: bearer [redacted]");
  assertEquals(scrub("h=Bearer%20abc&x=1"), "h=Bearer%20[redacted]&x=1");
});

Deno.test("prose about bearers stays readable", () => {
  for (
    const text of [
      "The bearer token was refused.",
      "Bearer authentication required; Bearer realm=x; missing Bearer header",
      "the bearer of good news",
      "Bearer",
    ]
  ) assertEquals(scrub(text), text);
});

Deno.test("of two secrets, one a part of the other, nothing is left of either", () => {
  assertEquals(scrub("abcdefgh abcdefghijkl", "abcdefgh", "abcdefghijkl"), "[redacted] [redacted]");
});

Deno.test("a secret too short to be one is left alone", () => {
  const scrubber = scrubberFor(undefined, "", "   ", "the", "short");
  assertEquals(scrubber.forms, []);
  assertEquals(scrubber.scrub("the short of it"), "the short of it");
});

Deno.test("white space around a secret does not hide it", () => {
  assertEquals(scrubberFor(` ${TOKEN}\n`).scrub(TOKEN), "[redacted]");
});

Deno.test("property: no form of any known secret survives, and scrubbing twice changes nothing", () => {
  const secret = fc.string({ minLength: 6, maxLength: 50, size: "max" })
    .map((s) => s.trim()).filter((s) => s.length >= 6 && !"[redacted]".includes(s));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (s, before, after) => {
      const scrubber = scrubberFor(s);
      const forms = [s, encodeURIComponent(s), JSON.stringify(s).slice(1, -1)];
      for (const form of forms) {
        const scrubbed = scrubber.scrub(`${before} ${form} ${after}`);
        assert(!scrubbed.includes(form), "a form of the secret survived");
        assertEquals(scrubber.scrub(scrubbed), scrubbed);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("property: scrubbed JSON is still JSON", () => {
  const odd = `abc"${TOKEN}`;
  const scrubber = scrubberFor(TOKEN.toLowerCase(), odd);
  const parts = [odd, odd.slice(3), odd.slice(0, 14), TOKEN.toLowerCase().slice(9), "Bearer "];
  const part = fc.constantFrom(...parts);
  const text = fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 8 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const scrubbed: unknown = JSON.parse(scrubber.scrub(JSON.stringify(texts)));
      assert(Array.isArray(scrubbed) && scrubbed.length === texts.length);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("any number of beginnings and ends of a token is replaced, and the rest stays", () => {
  const count = 200_000;
  const [head, tail] = [TOKEN.slice(0, 20), TOKEN.slice(-20)];
  const scrubbed = scrub(`<${`${head}!${tail}?`.repeat(count)}>`);
  assert(scrubbed === `<${"[redacted]![redacted]?".repeat(count)}>`);
});

Deno.test("fragments that touch are told apart", () => {
  const [head, tail] = [TOKEN.slice(0, 21), TOKEN.slice(-21)];
  assertEquals(scrub(`${head}${head}-${tail}${tail}`), "[redacted][redacted]-[redacted][redacted]");
  assertEquals(scrub(`${tail}${head}`), "[redacted][redacted]");
});
