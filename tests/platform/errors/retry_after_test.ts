import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { httpDateMs, retryAfterMs } from "../../../src/platform/errors/retry_after.ts";

const TIMER_LIMIT_MS = 2 ** 31 - 1;
const wait = (header: string | undefined, json?: unknown) =>
  retryAfterMs(new Headers(header === undefined ? {} : { "Retry-After": header }), json);

Deno.test("the body may say it with its unit", () => {
  assertEquals(retryAfterMs(new Headers(), { retry_after_seconds: 30 }), 30_000);
});

Deno.test("seconds become milliseconds", () => assertEquals(wait("15"), 15_000));

Deno.test("zero is zero", () => assertEquals(wait("0"), 0));

Deno.test("a date in the future is the time until then", () => {
  const ms = wait(new Date(Date.now() + 60_000).toUTCString());
  assert(ms !== undefined && ms > 0 && ms <= 60_000);
});

Deno.test("a date in the past means now", () => {
  assertEquals(wait("Wed, 21 Oct 2015 07:28:00 GMT"), 0);
});

Deno.test("without a header the body's retry_after counts", () => {
  assertEquals(wait(undefined, { retry_after: 30 }), 30_000);
  assertEquals(wait(undefined, { retry_after: 0.5 }), 500);
});

Deno.test("the header counts before the body", () => {
  assertEquals(wait("7", { retry_after: 30 }), 7_000);
});

Deno.test("what is neither a number nor a date is ignored", () => {
  for (
    const header of ["", "soon", "-5", "1.5", "5s", "May 2026", "Mon, 32 Jan 2026 00:00:00 GMT"]
  ) {
    assertEquals(wait(header), undefined, header);
  }
  for (const json of [undefined, null, [], { retry_after: "30" }, { retry_after: null }]) {
    assertEquals(wait(undefined, json), undefined);
  }
});

Deno.test("huge and negative waits stay within what a timer takes", () => {
  assertEquals(wait("99999999999999999999"), TIMER_LIMIT_MS);
  assertEquals(wait(undefined, { retry_after: Infinity }), TIMER_LIMIT_MS);
  assertEquals(wait(undefined, { retry_after: -3 }), 0);
});

Deno.test("whatever is sent, the wait is absent or fits a timer", () => {
  const digits = fc.tuple(fc.nat(40), fc.nat(99), fc.nat(99), fc.nat(99)).map(([day, ...time]) =>
    `Mon, ${String(day).padStart(2, "0")} Feb 2026 ${time.join(":")} GMT`
  );
  const header = fc.oneof(fc.string(), fc.nat().map(String), fc.bigInt().map(String), digits);
  const json = fc.oneof(fc.jsonValue(), fc.record({ retry_after: fc.double() }));
  fc.assert(fc.property(header, json, (raw, json) => {
    const ms = wait(raw.replace(/[^\x20-\x7e]/g, ""), json);
    assert(ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= TIMER_LIMIT_MS));
  }));
});

Deno.test("property: a date in HTTP's form is its time, a day that does not exist is not a date", () => {
  fc.assert(fc.property(fc.date({ min: new Date(0), noInvalidDate: true }), (date) => {
    assertEquals(httpDateMs(date.toUTCString()), Math.floor(date.getTime() / 1000) * 1000);
  }));
  for (
    const text of [
      "Mon, 32 Jan 2026 00:00:00 GMT",
      "Tue, 30 Feb 2026 00:00:00 GMT",
      "Fri, 01 Jan 2026 00:00:00 GMT",
      "Invalid Date",
      "2026-01-01",
      "",
    ]
  ) assertEquals(httpDateMs(text), undefined, text);
});
