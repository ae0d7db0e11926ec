import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "fast-check";
import { SecretRedactor } from "../../../src/safety/secrets/secret_redactor.ts";

const TOKEN = "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU";

function redactorFor(...secrets: (string | undefined)[]): SecretRedactor {
  const redactor = new SecretRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

const redact = (text: string, ...secrets: string[]) =>
  redactorFor(...(secrets.length > 0 ? secrets : [TOKEN])).redact(text);

Deno.test("a known token is replaced wherever it is", () => {
  assertEquals(redact(`a ${TOKEN} b ${TOKEN}${TOKEN}`), "a [redacted] b [redacted][redacted]");
});

Deno.test("a text without any secret comes back as the same string", () => {
  const text = "GET /workspaces/3f6b1c58/activity answered 500";
  assertStrictEquals(redact(text), text);
});

Deno.test("a token is found URL-encoded, with upper-case and lower-case escapes", () => {
  const secret = "p@ss/wörd+1=";
  assertEquals(redact(`?t=${encodeURIComponent(secret)}`, secret), "?t=[redacted]");
  assertEquals(redact("?t=p%40ss%2fw%c3%b6rd%2b1%3d", secret), "?t=[redacted]");
});

Deno.test("a token is found JSON-escaped, and the JSON stays valid", () => {
  const secret = 'quo"te\\and\tmore';
  const redacted = redact(JSON.stringify({ a: `x${secret}y`, b: 1 }), secret);
  assertEquals(JSON.parse(redacted), { a: "x[redacted]y", b: 1 });
});

Deno.test("a token is found in Base64, alone or inside a header, at every offset", () => {
  for (const prefix of ["", "x", "xy", "Bearer ", "Authorization: Bearer ", "user:"]) {
    for (const suffix of ["", "z", "zz", "\n"]) {
      const redacted = redact(`[${btoa(prefix + TOKEN + suffix)}]`);
      assert(redacted.includes("[redacted]"), prefix);
      // At most the digits that share bits with the neighbours are left.
      assert(redacted.length <= btoa(prefix + suffix).length + "[[redacted]]".length + 8, redacted);
    }
  }
});

Deno.test("a token is found in URL-safe Base64", () => {
  const secret = "~~~???>>>~~~???>>>";
  const urlSafe = btoa(secret).replaceAll("+", "-").replaceAll("/", "_");
  assert(/[-_]/.test(urlSafe));
  assertEquals(redact(urlSafe, secret), "[redacted]");
});

Deno.test("a token that was cut at either end is still recognised", () => {
  assertEquals(redact(`body: ${TOKEN.slice(0, 20)}`), "body: [redacted]");
  assertEquals(redact(`${TOKEN.slice(-23)} rest`), "[redacted] rest");
  assertEquals(redact(`${TOKEN.slice(0, 20)}…${TOKEN.slice(-20)}`), "[redacted]…[redacted]");
});

Deno.test("fewer than 20 characters of a token are not a fragment of it", () => {
  const text = `${TOKEN.slice(0, 19)}…${TOKEN.slice(-19)}`;
  assertStrictEquals(redact(text), text);
});

const ID = "3f6b1c58-0000-4000-8000-123456789abc";

function withId(secret: string): SecretRedactor {
  const redactor = new SecretRedactor([ID, "lead"]);
  redactor.add(secret);
  return redactor;
}

Deno.test("the id of a workspace stays readable, although a secret ends or begins with it", () => {
  for (const secret of [`inbound-${ID}`, `${ID}-inbound`, `a-${ID}-${ID}`]) {
    const redactor = withId(secret);
    for (
      const text of [
        ID,
        `GET /workspaces/${ID}/activity`,
        `{"workspace_id":"${ID}"}`,
        `x-${ID}-y ${ID}${ID}`,
        `${ID.slice(0, 30)}… …${ID.slice(6)}`,
      ]
    ) assertStrictEquals(redactor.redact(text), text, secret);
    assertEquals(redactor.redact(`of ${ID}: ${secret}.`), `of ${ID}: [redacted].`);
  }
});

Deno.test("what is left of a secret is hidden next to an id too", () => {
  const redactor = withId(`${TOKEN}-${ID}`);
  assertEquals(redactor.redact(`${TOKEN.slice(20)}-${ID}`), `[redacted]${ID}`);
  assertEquals(redactor.redact(`${TOKEN.slice(0, 25)}…`), "[redacted]…");
});

Deno.test("a secret that is an id, or a part of one, does not take the id away", () => {
  assertEquals(withId(ID).redact(`id ${ID}`), `id ${ID}`);
  assertEquals(withId("123456789abc").redact(`id ${ID}, 123456789abc`), `id ${ID}, [redacted]`);
});

Deno.test("a token with the name of its variable around it does not hide that name", () => {
  const text = "Put it into MOLECULE_WORKSPACE_TOKEN (or MOLECULE_WORKSPACE_TOKEN_FILE)";
  const secret = `MOLECULE_WORKSPACE_TOKEN=${TOKEN}`;
  assertStrictEquals(redact(text, secret), text);
  assertEquals(redact(`x ${secret}`, secret), "x [redacted]");
});

Deno.test("known secrets can be hidden without a guess at others", () => {
  const redactor = redactorFor(TOKEN);
  assertEquals(
    redactor.redactKnown(`Bearer abc123, Bearer ${TOKEN}`),
    "Bearer abc123, Bearer [redacted]",
  );
});

Deno.test("the eight characters by which the platform names a token are not a secret", () => {
  assertEquals(redact(`token ${TOKEN.slice(0, 8)} revoked`), `token ${TOKEN.slice(0, 8)} revoked`);
});

Deno.test("a bearer value is replaced even when nobody announced it", () => {
  assertEquals(redact("Authorization: Bearer abc"), "Authorization: Bearer [redacted]");
  assertEquals(redact('{"a":"Bearer x.y_z~1+/=","b":2}'), '{"a":"Bearer [redacted]","b":2}');
  assertEquals(redact("authorization: bearer abc123"), "authorization: bearer [redacted]");
  assertEquals(redact("h=Bearer%20abc&x=1"), "h=Bearer%20[redacted]&x=1");
});

Deno.test("prose about bearers stays readable", () => {
  for (
    const text of [
      "The bearer token was refused.",
      "Bearer authentication required; Bearer realm=x; missing Bearer header",
      "the bearer of good news",
      "Bearer",
    ]
  ) assertEquals(redact(text), text);
});

Deno.test("of two secrets, one a part of the other, nothing is left of either", () => {
  assertEquals(
    redact("abcdefgh abcdefghijkl", "abcdefgh", "abcdefghijkl"),
    "[redacted] [redacted]",
  );
});

Deno.test("a secret too short to be one is left alone", () => {
  const redactor = redactorFor(undefined, "", "   ", "the", "short");
  assertEquals(redactor.forms, []);
  assertEquals(redactor.redact("the short of it"), "the short of it");
});

Deno.test("white space around a secret does not hide it", () => {
  assertEquals(redactorFor(` ${TOKEN}\n`).redact(TOKEN), "[redacted]");
});

Deno.test("property: no form of any known secret survives, and redaction twice changes nothing", () => {
  const secret = fc.string({ minLength: 6, maxLength: 50, size: "max" })
    .map((s) => s.trim()).filter((s) => s.length >= 6 && !"[redacted]".includes(s));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (s, before, after) => {
      const redactor = redactorFor(s);
      const forms = [s, encodeURIComponent(s), JSON.stringify(s).slice(1, -1)];
      for (const form of forms) {
        const redacted = redactor.redact(`${before} ${form} ${after}`);
        assert(!redacted.includes(form), "a form of the secret survived");
        assertEquals(redactor.redact(redacted), redacted);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("property: redacted JSON is still JSON", () => {
  const odd = `abc"${TOKEN}`;
  const redactor = redactorFor(TOKEN.toLowerCase(), odd);
  const parts = [odd, odd.slice(3), odd.slice(0, 14), TOKEN.toLowerCase().slice(9), "Bearer "];
  const part = fc.constantFrom(...parts);
  const text = fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 8 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const redacted: unknown = JSON.parse(redactor.redact(JSON.stringify(texts)));
      assert(Array.isArray(redacted) && redacted.length === texts.length);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("any number of beginnings and ends of a token is replaced, and the rest stays", () => {
  const count = 200_000;
  const [head, tail] = [TOKEN.slice(0, 20), TOKEN.slice(-20)];
  const redacted = redact(`<${`${head}!${tail}?`.repeat(count)}>`);
  assert(redacted === `<${"[redacted]![redacted]?".repeat(count)}>`);
});

Deno.test("fragments that touch are told apart", () => {
  const [head, tail] = [TOKEN.slice(0, 21), TOKEN.slice(-21)];
  assertEquals(
    redact(`${head}${head}-${tail}${tail}`),
    "[redacted][redacted]-[redacted][redacted]",
  );
  assertEquals(redact(`${tail}${head}`), "[redacted][redacted]");
});
