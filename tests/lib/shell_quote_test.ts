import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { shellQuote } from "../../src/lib/shell_quote.ts";
import { firstReason, lacking, NO_SHELL, testUnless } from "../support/test_unless.ts";

/** What shells read as more than itself, often. */
const ODD = fc.string({
  unit: fc.constantFrom(..."'\"\\$`!(){}[]<>|&;*?~#%=- \t\nab1é", "\u2018", "\u2019", "🚣"),
  maxLength: 24,
});
const TEXT = fc.oneof(ODD, fc.string({ unit: "binary" })).map((text) =>
  text.replaceAll("\0", "").toWellFormed()
);
/** Starting a shell takes a while, so each start reads many texts. */
const TEXTS = fc.array(TEXT, { minLength: 1, maxLength: 40 });

/** What a shell makes of the quoted texts: each of them, with NUL after it. */
async function readBy(shell: string, texts: readonly string[]): Promise<string> {
  const words = texts.map((text) => shellQuote(text, "linux")).join(" ");
  const { stdout } = await new Deno.Command(shell, { args: ["-c", `printf '%s\\0' ${words}`] })
    .output();
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(stdout);
}

function hasShell(name: string): boolean {
  try {
    return new Deno.Command(name, { args: ["-c", "exit 0"] }).outputSync().success;
  } catch {
    return false;
  }
}

for (const shell of ["sh", "bash", "zsh", "fish"]) {
  const skip = firstReason(NO_SHELL, lacking(shell, NO_SHELL === undefined && hasShell(shell)));
  testUnless(skip, `${shell} reads a quoted text as that text`, async () => {
    // fish cannot hand on what it keeps for itself in place of odd bytes.
    const texts = shell === "fish" ? fc.array(ODD, { minLength: 1, maxLength: 40 }) : TEXTS;
    await fc.assert(
      fc.asyncProperty(texts, async (texts) => {
        assertEquals(await readBy(shell, texts), texts.map((text) => `${text}\0`).join(""));
      }),
      { numRuns: 25 },
    );
  });
}

Deno.test("a text is quoted for the shell of each system", () => {
  assertEquals(shellQuote("$(id) it's", "linux"), "'$(id) it'\\''s'");
  assertEquals(shellQuote("a\\", "darwin"), "'a'\\\\''");
  assertEquals(shellQuote("$(id) it's", "windows"), "'$(id) it''s'");
  assertEquals(shellQuote("C:\\a b\\", "windows"), "'C:\\a b\\'");
});

Deno.test("no text ends PowerShell's quotes: each quote in it stands twice", () => {
  const unit = fc.constantFrom(..."'\u2018\u2019\u201a\u201b\"$`a");
  fc.assert(fc.property(fc.string({ unit }), (text) => {
    const quoted = shellQuote(text, "windows");
    // PowerShell takes any of these for the same quote, and two of them for one that is meant.
    assertEquals(/^'((?:[^'\u2018-\u201b]|(['\u2018-\u201b])\2)*)'$/u.test(quoted), true, quoted);
    assertEquals(quoted.slice(1, -1).replace(/(['\u2018-\u201b])\1/gu, "$1"), text);
  }));
});
