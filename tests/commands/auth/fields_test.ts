import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  agentNameField,
  lengthHint,
  orgIdField,
  platformUrlField,
  tokenField,
  workspaceIdField,
} from "../../../src/commands/auth/fields.ts";

const TOKEN = "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE";

for (
  const text of [
    TOKEN,
    `  ${TOKEN}\n`,
    `"${TOKEN}"`,
    `'${TOKEN}'`,
    `MOLECULE_WORKSPACE_TOKEN=${TOKEN}`,
    `export MOLECULE_WORKSPACE_TOKEN="${TOKEN}"`,
    `Bearer ${TOKEN}`,
    `Authorization: Bearer ${TOKEN}`,
    `"Bearer ${TOKEN}"`,
    `\ufeff${TOKEN}`,
  ]
) {
  Deno.test(`a token is found in ${JSON.stringify(text.replace(TOKEN, "it"))}`, () => {
    assertEquals(tokenField(text), { value: TOKEN });
  });
}

Deno.test("what is no token is not repeated", () => {
  const faults: Record<string, RegExp> = {
    "": /empty/,
    "secret one": /white space/,
    "secr\u00e9t": /visible ASCII/,
    [`secret${"x".repeat(5000)}`]: /too long/,
    "<ROTATE_TO_REVEAL_TOKEN>": /rotate the token/,
    "${MOLECULE_WORKSPACE_TOKEN}": /placeholder/,
    "<your-token>": /placeholder/,
  };
  for (const [text, fault] of Object.entries(faults)) {
    const field = tokenField(text);
    assert("problem" in field, text);
    assertMatch(field.problem, fault);
    assert(!/secr[e\u00e9]t/.test(field.problem), field.problem);
  }
});

Deno.test("a refused token's length says what may have happened to it", () => {
  assertEquals(lengthHint(TOKEN), undefined);
  assertMatch(lengthHint(TOKEN.slice(3)) ?? "", /has 40 characters.*end may be missing/);
  assertMatch(lengthHint(`${TOKEN}.`) ?? "", /has 44 characters.*copied along/);
  assertMatch(lengthHint(`${TOKEN.slice(1)}.`) ?? "", /something else/);
});

Deno.test("ids, addresses and names", () => {
  assertEquals(workspaceIdField(" 3F6B1C58-9A0E-4D27-8B41-6C2D5E7FA101 "), {
    value: "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101",
  });
  const wrong = workspaceIdField(TOKEN);
  assert("problem" in wrong && !wrong.problem.includes(TOKEN));
  assert("problem" in workspaceIdField("your-workspace-id"));
  assert("problem" in platformUrlField("https://your-org.example.com"));
  const field = platformUrlField("https://acme.example/");
  assert("value" in field && field.value.base === "https://acme.example");
  assert("problem" in orgIdField("two words"));
  assertEquals(agentNameField(" Ada's laptop "), { value: "Ada's laptop" });
  assert("problem" in agentNameField("a\x1b[31mb"));
  assert("problem" in agentNameField("x".repeat(201)));
});
