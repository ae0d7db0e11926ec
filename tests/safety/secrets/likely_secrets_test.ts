import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { redactLikelySecrets } from "../../../src/safety/secrets/likely_secrets.ts";

/** `length` letters and digits that look random. */
const noise = (length: number) => "aB3dE5gH7jK9mN1pQ2sT".repeat(10).slice(0, length);

Deno.test("keys of OpenAI and Anthropic are masked from 20 characters on", () => {
  assertEquals(redactLikelySecrets(`use sk-${noise(20)} now`), "use [REDACTED] now");
  assertEquals(redactLikelySecrets(`sk-ant-api03_${noise(60)}`), "[REDACTED]");
  assertEquals(redactLikelySecrets(`sk-${noise(19)}`), `sk-${noise(19)}`);
});

Deno.test("GitHub tokens are masked at exactly their length", () => {
  assertEquals(redactLikelySecrets(`ghp_${noise(36)}, ghs_${noise(36)}`), "[REDACTED], [REDACTED]");
  assertEquals(redactLikelySecrets(`(github_pat_${noise(82)})`), "([REDACTED])");
  for (const text of [`ghp_${noise(35)}`, `ghs_${noise(37)}`, `github_pat_${noise(81)}`]) {
    assertEquals(redactLikelySecrets(text), text);
  }
});

Deno.test("AWS key ids are masked at exactly their length", () => {
  assertEquals(redactLikelySecrets("id=AKIAIOSFODNN7EXAMPLE."), "id=[REDACTED].");
  for (const text of ["AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN7EXAMPLE7", "AKIAiosfodnn7example"]) {
    assertEquals(redactLikelySecrets(text), text);
  }
});

Deno.test("a long value after a telling name is masked and the name kept", () => {
  const value = `${noise(38)}+/`;
  for (const name of ["api_key", "key", "token", "secret", "password", "API_KEY", "Token"]) {
    assertEquals(redactLikelySecrets(`${name}=${value}`), `${name}=[REDACTED]`);
    assertEquals(redactLikelySecrets(`my ${name} \t=  ${value};`), `my ${name} \t=  [REDACTED];`);
  }
  assertEquals(redactLikelySecrets(`secret=${value}==`), "secret=[REDACTED]");
  assertEquals(redactLikelySecrets(`secret=${noise(39)}`), `secret=${noise(39)}`);
  assertEquals(redactLikelySecrets(`value=${value}`), `value=${value}`);
});

Deno.test("ordinary text is left alone", () => {
  for (
    const text of [
      "",
      "The sky is blue; tokens are cheap, keys are lost, the password = hunter2.",
      "1234567890 3.14159 0xdeadbeef",
      '{"key":"value","token":null,"list":[1,2,3]}',
      "# Title\n\n- item `code` [link](https://example.net/a?key=1)\n",
      "commit 3f6b1c589a0e4d278b416c2d5e7fa10195b7d3c2",
      "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101",
    ]
  ) assertEquals(redactLikelySecrets(text), text);
});

Deno.test("several secrets of different kinds in one text are all masked", () => {
  assertEquals(
    redactLikelySecrets(
      `a sk-${noise(30)} b ghp_${noise(36)}\nAKIAIOSFODNN7EXAMPLE key=${noise(45)}`,
    ),
    "a [REDACTED] b [REDACTED]\n[REDACTED] key=[REDACTED]",
  );
  assertEquals(redactLikelySecrets(`sk-${noise(20)},sk-${noise(21)}`), "[REDACTED],[REDACTED]");
});

Deno.test("property: masking twice changes nothing more", () => {
  const text = fc.array(
    fc.oneof(
      fc.constantFrom(
        "sk-",
        "ghp_",
        "ghs_",
        "github_pat_",
        "AKIA",
        "key",
        "token",
        "=",
        " ",
        "-",
        "_",
      ),
      fc.constantFrom(noise(16), noise(20), noise(36), noise(40), noise(82), "IOSFODNN7EXAMPLE"),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 12, size: "max" },
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(
      text,
      (t) => assertEquals(redactLikelySecrets(redactLikelySecrets(t)), redactLikelySecrets(t)),
    ),
    { numRuns: 2_000 },
  );
});
