import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Transcript, wrap } from "../scripts/demo/transcript.ts";

Deno.test("the demo's lines fit 80 columns, and what is left out of an answer shows", () => {
  const lines: string[] = [];
  const transcript = new Transcript((line) => lines.push(...line.split("\n")));
  transcript.title("A local Molecule platform", "http://127.0.0.1:65535");
  transcript.call("Researcher", "delegate_task", { task: "one two three ".repeat(20), id: "x" });
  transcript.answer(JSON.stringify({ text: "word ".repeat(100), id: "x".repeat(200) }));
  transcript.answer("[A2A_RESULT_FROM_PEER]\nshort\n[/A2A_RESULT_FROM_PEER]");
  transcript.say("Canvas", "é".repeat(200));
  transcript.done();
  for (const line of lines) assert([...line].length <= 80, line);
  assertStringIncludes(lines.join("\n"), " …\n");
  assertStringIncludes(lines.join("\n"), "[/A2A_RESULT_FROM_PEER]");
});

Deno.test("lines are broken between words, or where there is no other way", () => {
  assertEquals(wrap("one two three", 9), ["one two", "three"]);
  assertEquals(wrap('{"a":1,"b":2,"c":3}', 15), ['{"a":1,"b":2,', '"c":3}']);
  assertEquals(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assertEquals(wrap("short", 9), ["short"]);
  assertEquals(wrap("", 9), [""]);
});
