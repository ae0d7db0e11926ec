import { assertEquals } from "@std/assert";
import { described, mutantsOf } from "../../scripts/mutate/mutants.ts";

const TEXTS = new Map([
  ["src/auth/token.ts", "const a = 1;\nconst b = 2;\n"],
  ["src/auth/tokens.ts", `const a = "${"x".repeat(100)}";\n`],
  ["src/cli/serve.ts", "const a = 1;\n"],
  ["tests/auth/token_test.ts", "const a = 1;\n"],
]);

for (
  const [only, places] of [
    [[], ["src/auth/token.ts:1", "src/auth/token.ts:2", "src/auth/tokens.ts:1"]],
    [["src/auth"], ["src/auth/token.ts:1", "src/auth/token.ts:2", "src/auth/tokens.ts:1"]],
    [["src/auth/token.ts"], ["src/auth/token.ts:1", "src/auth/token.ts:2"]],
    [["src/auth/token.ts:2", "src/auth/tokens.ts"], [
      "src/auth/token.ts:2",
      "src/auth/tokens.ts:1",
    ]],
    [["src/cli", "tests"], []],
  ] as const
) {
  Deno.test(`the mutants of ${only.join(" and ") || "the core"}`, async () => {
    const mutants = await mutantsOf(TEXTS, only);
    assertEquals(mutants.map(({ path, line }) => `${path}:${line}`), [...places]);
  });
}

Deno.test("a mutant is described in one line", async () => {
  const [number, text] = await mutantsOf(TEXTS, ["src/auth/token.ts:2", "src/auth/tokens.ts"]);
  assertEquals(number && described(number), "src/auth/token.ts:2 `2` -> `3`");
  const shown = `"${"x".repeat(56)}...`;
  assertEquals(text && described(text), `src/auth/tokens.ts:1 \`${shown}\` -> \`""\``);
});
