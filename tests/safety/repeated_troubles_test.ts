import { assert, assertEquals } from "@std/assert";
import { RepeatedTroubles } from "../../src/safety/repeated_troubles.ts";

const MINUTE_MS = 60_000;

function troublesOf(ownIds: string[] = []) {
  const lines: string[] = [];
  const clock = { nowMs: 0 };
  const troubles = new RepeatedTroubles((line) => lines.push(line), {
    nowMs: () => clock.nowMs,
    ownIds,
  });
  return { troubles, lines, clock };
}

Deno.test("the first is reported at once, the same again with a count and an age, ever more rarely", () => {
  const { troubles, lines, clock } = troublesOf();
  for (let minute = 0; minute <= 80; minute++) {
    clock.nowMs = minute * MINUTE_MS;
    troubles.tell("No way through");
  }
  assertEquals(lines, [
    "No way through",
    "No way through (10 times in the last 10 min)",
    "No way through (20 times in the last 20 min)",
    "No way through (40 times in the last 40 min)",
  ]);
});

Deno.test("the age is given in minutes up to two hours, then in hours", () => {
  for (
    const [minutes, told] of [
      [10, "10 min"],
      [119.4, "119 min"],
      [120, "2 h"],
      [179, "3 h"],
      [24 * 60, "24 h"],
    ] as const
  ) {
    const { troubles, lines, clock } = troublesOf();
    troubles.tell("No way through");
    clock.nowMs = minutes * MINUTE_MS;
    troubles.tell("No way through");
    assertEquals(lines[1], `No way through (1 time in the last ${told})`);
  }
});

const SAME: readonly [what: string, line: () => string][] = [
  ["request ids", () => `HTTP 503 (request ${crypto.randomUUID()})`],
  ["hexadecimal ids", () => `HTTP 503 (ray 8f${crypto.randomUUID().slice(0, 8)}-FRA)`],
  ["ports", () => `Cannot connect from 127.0.0.1:${30_000 + Math.floor(Math.random() * 30_000)}`],
  ["durations", () => `No answer after ${Math.floor(Math.random() * 999)} ms`],
  ["temporary files", () => `Cannot create /s/.auth_token.${crypto.randomUUID()}.tmp: disk full`],
];
for (const [what, line] of SAME) {
  Deno.test(`lines that differ in ${what} only are the same trouble`, () => {
    const { troubles, lines } = troublesOf();
    for (let i = 0; i < 500; i++) troubles.tell(line());
    assertEquals(lines.length, 1);
  });
}

Deno.test("another status, another file and another workspace of ours are other troubles", () => {
  const ids = [crypto.randomUUID(), crypto.randomUUID()];
  const { troubles, lines } = troublesOf(ids);
  const told = [
    "HTTP 500",
    "HTTP 503",
    "Cannot read a.txt",
    "Cannot read b.txt",
    ...ids.map((id) => `The platform refused workspace ${id}`),
  ];
  for (const line of [...told, ...told]) troubles.tell(line);
  assertEquals(lines, told);
});

Deno.test("with a subject and a kind the words do not matter", () => {
  const { troubles, lines } = troublesOf();
  for (const kind of ["500", "502", "500", "502"]) {
    troubles.tell(`words ${lines.length} of ${kind}`, { subject: "fetching", kind });
  }
  assertEquals(lines, ["words 0 of 500", "words 1 of 502"]);
});

Deno.test("what was over is reported at once when it comes back, and nothing else is", () => {
  const { troubles, lines } = troublesOf();
  const about = { subject: "fetching", kind: "500" };
  troubles.tell("Cannot fetch", about);
  troubles.tell("Cannot write", { subject: "writing" });
  troubles.over("fetching");
  troubles.tell("Cannot fetch", about);
  troubles.tell("Cannot write", { subject: "writing" });
  assertEquals(lines, ["Cannot fetch", "Cannot write", "Cannot fetch"]);
});

Deno.test("a flood of different lines is bounded, and what is not shown is counted", () => {
  const { troubles, lines, clock } = troublesOf();
  const flood = () => Array.from({ length: 26 ** 2 }, (_, i) => `file ${i.toString(26)}z`);
  for (const line of flood()) troubles.tell(line);
  assertEquals(lines.length, 60);
  clock.nowMs = 10_000;
  troubles.tell("something new");
  assertEquals(lines.slice(60), [
    "616 more lines of other problems not shown: too many at once",
    "something new",
  ]);
});

Deno.test("one line that was not shown is counted as one", () => {
  const { troubles, lines, clock } = troublesOf();
  for (let i = 0; i < 61; i++) troubles.tell("x", { subject: `${i}` });
  clock.nowMs = 10_000;
  troubles.tell("something new");
  assertEquals(lines.slice(60), [
    "1 more line of other problems not shown: too many at once",
    "something new",
  ]);
});

Deno.test("different lines over a day are reported at a bounded pace", () => {
  const { troubles, lines, clock } = troublesOf();
  for (let i = 0; i < 100_000; i++) {
    clock.nowMs += 1_000;
    troubles.tell(
      `trouble ${"abcdefghij"[i % 10]}${i}`.replace(/\d/g, (d) => "klmnopqrst"[Number(d)] ?? ""),
    );
  }
  assert(lines.length <= 60 + 2 * 100_000 / 10, String(lines.length));
});

Deno.test("of more than 200 the one that was told longest ago is forgotten, a reminder being new", () => {
  const { troubles, lines, clock } = troublesOf();
  const told = (subject: string) => {
    clock.nowMs += 10_000; // Room for one more line.
    const before = lines.length;
    troubles.tell(subject, { subject });
    return lines.length > before ? lines.at(-1) : undefined;
  };
  told("first");
  told("second");
  clock.nowMs += 10 * MINUTE_MS;
  assertEquals(told("first"), "first (1 time in the last 10 min)");
  for (let i = 0; i < 199; i++) troubles.tell("another", { subject: `${i}` });
  assertEquals([told("first"), told("second")], [undefined, "second"]);
});
