import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { isBefore } from "../../../src/inbox/state/row_time.ts";

Deno.test("times are compared to the last digit", () => {
  assertEquals(isBefore("2026-05-06T09:20:05.000222Z", "2026-05-06T09:20:05.000223Z"), true);
  assertEquals(isBefore("2026-05-06T09:20:05.000222Z", "2026-05-06T09:20:05.000222Z"), false);
  assertEquals(isBefore("2026-05-06T09:20:05.9Z", "2026-05-06T09:20:06Z"), true);
  assertEquals(isBefore("2026-05-06T09:20:05.1Z", "2026-05-06T09:20:05.09Z"), false);
  assertEquals(isBefore("2026-05-06T09:20:05Z", "2026-05-06T09:20:05.000000001Z"), true);
});

Deno.test("a time that is unreadable or not UTC is never before another", () => {
  for (const odd of ["", "yesterday", "2026-05-06", "2026-05-06T09:20:05+02:00", "1"]) {
    assertEquals(isBefore(odd, "2099-01-01T00:00:00Z"), false);
    assertEquals(isBefore("1999-01-01T00:00:00Z", odd), false);
  }
});

Deno.test("property: the order is that of the times", () => {
  const time = fc.date({ min: new Date(0), max: new Date("9999-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(time, time, (a, b) => {
      assertEquals(isBefore(a.toISOString(), b.toISOString()), a.getTime() < b.getTime());
    }),
  );
});
