import { assertEquals } from "@std/assert";
import { mutated } from "../../scripts/mutate/mutations.ts";
import { mutationsOf } from "../../scripts/mutate/mutants.ts";

/** What is made of each text, in the order of the text. */
const CASES: readonly (readonly [text: string, ...mutants: string[]])[] = [
  ["a < b;", "a <= b;"],
  ["a >= b;", "a > b;"],
  ["a === b;", "a !== b;"],
  ["a /* === */ !== b;", "a /* === */ === b;"],
  ["(a) + (b);", "(a) - (b);"],
  ["a -= b % c;", "a += b % c;", "a -= b * c;"],
  ["a && b || c;", "a && b && c;", "a || b || c;"],
  ["(a || b) ?? c;", "a || b;", "(a && b) ?? c;"],
  ["++a;", "--a;"],
  ["a--;", "a++;"],
  ["!a;", "a;"],
  ["b = -a;", "b = a;"],
  ["if (a) b;", "if (!(a)) b;"],
  ["if (a === b) c;", "if (a !== b) c;"],
  ["while (a.b) c;", "while (!(a.b)) c;"],
  ["a ? b : c;", "!(a) ? b : c;"],
  ["a = true;", "a = false;"],
  ["a = 1_000;", "a = 1001;"],
  ['a = "b";', 'a = "";'],
  ['a = "";', 'a = "mutated";'],
  ["a = `b${c}`;", 'a = "";'],
  ["a = Math.min;", "a = Math.max;"],
  ["a();", ";"],
  ["await a?.b();", ";"],
  ["function a() { return b; }", "function a() { return undefined; }"],
  ["function a() { return (b()); }", "function a() { return (undefined); }"],
  ["a = () => b();", "a = () => undefined;"],
  ["(a as number) < 1;", "(a as number) <= 1;", "(a as number) < 2;"],
  // Texts are joined: they cannot be subtracted.
  ['a + "b";', 'a + "";'],
  // Nothing of this runs, is a value, or is left without a meaning.
  ['import { a } from "a";'],
  ['export * from "a";'],
  ['import("a").b;'],
  ['let a: "b" | 1 = c;'],
  ['interface A { a: "b"; b: true }'],
  ["a<1>(b).c;"],
  ["a = (b): b is true => c;", "a = (b): b is true => undefined;"],
  ['a = { "b": c };'],
  ["a`b`.c;"],
  ["function a() { return undefined; }"],
  ["class A extends B { constructor() { super(); } }"],
];

Deno.test("each place is changed in each way, what does not run is left alone", async () => {
  const found = await mutationsOf(CASES.map(([text]) => text));
  for (const [at, [text, ...expected]] of CASES.entries()) {
    assertEquals(found[at]?.map((mutation) => mutated(text, mutation)), expected, text);
  }
});
