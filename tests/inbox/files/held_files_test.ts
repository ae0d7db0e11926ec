import { assertEquals } from "@std/assert";
import { HeldFiles, HOLD_MS } from "../../../src/inbox/files/held_files.ts";

const CREATED_AT = "2026-05-04T10:20:30Z";

/** Files that wait, with a clock to turn. */
function held() {
  const clock = { nowMs: 1_000 };
  const files = new HeldFiles(() => clock.nowMs);
  /** Whether it waits on after a page of now, whose last row is so much younger. */
  const holds = (id: string, youngerMs = 0) =>
    files.holds({ id, createdAt: CREATED_AT }, {
      askedAtMs: clock.nowMs,
      lastAt: new Date(Date.parse(CREATED_AT) + youngerMs).toISOString(),
    });
  return { clock, files, holds };
}

Deno.test("a file waits for its message for five seconds, counted from when it was met first", () => {
  const { clock, files, holds } = held();
  assertEquals([files.knows("a"), holds("a"), files.knows("a")], [false, true, true]);
  clock.nowMs += HOLD_MS - 1;
  assertEquals(holds("a"), true);
  clock.nowMs += 1;
  assertEquals(holds("a"), false);
});

Deno.test("a row that is five seconds younger ends the wait at once; an odd time does not", () => {
  const { holds, files, clock } = held();
  assertEquals([holds("a", HOLD_MS - 1), holds("a", HOLD_MS)], [true, false]);
  const times = { askedAtMs: clock.nowMs, lastAt: "yesterday" };
  assertEquals(files.holds({ id: "a", createdAt: CREATED_AT }, times), true);
});

Deno.test("a page is worth asking for a moment after the wait, and at once when that is over", () => {
  const { clock, files, holds } = held();
  assertEquals(files.leftMs("unknown"), HOLD_MS + 10);
  holds("a");
  clock.nowMs += 1_000;
  assertEquals(files.leftMs("a"), HOLD_MS + 10 - 1_000);
  clock.nowMs += 60_000;
  assertEquals(files.leftMs("a"), 0);
});

Deno.test("a file that was handed out waits anew should it come again", () => {
  const { clock, files, holds } = held();
  holds("a");
  clock.nowMs += HOLD_MS;
  files.forget("a");
  assertEquals([files.knows("a"), holds("a")], [false, true]);
});

Deno.test("of more than 2000 the one that was met first is forgotten, and waits once more", () => {
  const { clock, files, holds } = held();
  for (let i = 0; i < 2_000; i++) holds(`${i}`);
  clock.nowMs += HOLD_MS;
  assertEquals(holds("0"), false);
  holds("one more");
  assertEquals([files.knows("0"), files.knows("1"), holds("one more")], [false, true, true]);
  assertEquals(holds("1"), false);
});
