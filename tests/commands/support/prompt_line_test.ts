import { assertEquals } from "@std/assert";
import { type LineState, PromptLine } from "../../../src/commands/support/prompt_line.ts";

function typed(...chunks: (string | Uint8Array)[]): LineState {
  const line = new PromptLine();
  for (const chunk of chunks) {
    line.feed(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  }
  return line.state;
}

const done = (text: string) => ({ text, isDone: true, isCancelled: false, isInterrupted: false });
const open = (text: string) => ({ text, isDone: false, isCancelled: false, isInterrupted: false });
const cancelled = (text: string, isInterrupted = false) => ({
  text,
  isDone: false,
  isCancelled: true,
  isInterrupted,
});

Deno.test("keys make a line", () => {
  assertEquals(typed("a", "b", "\r"), done("ab"));
  assertEquals(typed("ab\x7f\x08c"), open("c"));
  assertEquals(typed("\x7f"), open(""));
  assertEquals(typed("ab\x15c"), open("c"));
  assertEquals(typed("one two \x17x"), open("one x"));
  assertEquals(typed("a\tb"), open("a\tb"));
  assertEquals(typed("a\x01\x0c\x1ab"), open("ab"));
  assertEquals(typed("a\x03b"), cancelled("a", true));
  assertEquals(typed("\x04"), cancelled(""));
  assertEquals(typed("ab\x04"), done("ab"));
});

Deno.test("arrow keys do nothing, however their bytes arrive", () => {
  assertEquals(typed("a\x1b[Db\x1bOA\x1b[1;5Cc\x1bxd"), open("abcd"));
  assertEquals(typed("a", "\x1b", "[", "1", ";5", "C", "b"), open("ab"));
  assertEquals(typed("a\x1b\x1b[Ab"), open("ab"));
});

Deno.test("letters of several bytes may be cut anywhere", () => {
  const [first, ...rest] = new TextEncoder().encode("\u00e4\u{1f600}");
  assertEquals(typed(new Uint8Array([first ?? 0]), new Uint8Array(rest), "\x7f"), open("\u00e4"));
});

Deno.test("Backspace takes a letter with all that is put on it", () => {
  for (const sign of ["e\u0301", "\u{1f44d}\u{1f3fd}", "\u{1f469}\u200d\u{1f4bb}"]) {
    assertEquals(typed(`a${sign}\x7f`), open("a"));
  }
});

Deno.test("a marked paste is text, with its line ends", () => {
  assertEquals(typed("\x1b[200~{\r\n}\r\x1b[201~", "\r"), done("{\n\n}\n"));
  assertEquals(typed("\x1b[200~a\r", "b\x1b[2", "01~"), open("a\nb"));
  assertEquals(typed("\x1b[200~a\x03b\x04\x1b[201~"), open("a\x03b\x04"));
});

Deno.test("so is more at once than a person types", () => {
  assertEquals(typed("a\rb\r"), done("a\nb"));
  assertEquals(typed("a\r\n"), done("a"));
  const line = new PromptLine();
  line.feed(new TextEncoder().encode("a\r"));
  line.continueAfterEnter();
  assertEquals(line.feed(new TextEncoder().encode("b\r")), done("a\nb"));
});

Deno.test("a line does not grow without end", () => {
  assertEquals(typed("x".repeat(200_000)).text.length, 64 * 1024);
});
