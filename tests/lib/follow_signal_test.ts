import { assertEquals } from "@std/assert";
import { followSignal } from "../../src/lib/follow_signal.ts";

Deno.test("the controller aborts with the signal and its reason, even one that has already fired", () => {
  const cancel = new AbortController();
  const call = new AbortController();
  followSignal(call, cancel.signal);
  assertEquals(call.signal.aborted, false);
  cancel.abort("enough");
  assertEquals([call.signal.aborted, call.signal.reason], [true, "enough"]);
  const late = new AbortController();
  followSignal(late, cancel.signal);
  assertEquals([late.signal.aborted, late.signal.reason], [true, "enough"]);
});

Deno.test("what has ended is not aborted any more", () => {
  const cancel = new AbortController();
  const call = new AbortController();
  followSignal(call, cancel.signal)();
  cancel.abort();
  assertEquals(call.signal.aborted, false);
  followSignal(call, undefined)();
});
