import { assertEquals } from "@std/assert";
import { Unanswered } from "../../../src/mcp/transport/unanswered.ts";

const request = (id: string | number) => ({ jsonrpc: "2.0", id, method: "tools/call" }) as const;
const answer = (id: string | number) => ({ jsonrpc: "2.0", id, result: {} }) as const;

/** Whether `none` has resolved by now. */
async function isSettled(unanswered: Unanswered): Promise<boolean> {
  const pending = Symbol();
  return await Promise.race([unanswered.none(), Promise.resolve(pending)]) !== pending;
}

Deno.test("without a request nothing is unanswered", async () => {
  await new Unanswered().none();
});

Deno.test("it is empty until the first request, and after the last answer", () => {
  const unanswered = new Unanswered();
  assertEquals(unanswered.isEmpty, true);
  unanswered.received(request(1));
  assertEquals(unanswered.isEmpty, false);
  unanswered.received(request(2));
  assertEquals(unanswered.isEmpty, false);
  unanswered.sent(answer(1));
  unanswered.sent(answer(2));
  assertEquals(unanswered.isEmpty, true);
});

Deno.test("a request is unanswered until its answer is sent", async () => {
  const unanswered = new Unanswered();
  unanswered.received(request(1));
  const settled = unanswered.none();
  assertEquals(await isSettled(unanswered), false);
  unanswered.sent(answer(1));
  await settled;
});

Deno.test("an error is an answer", async () => {
  const unanswered = new Unanswered();
  unanswered.received(request("a"));
  unanswered.sent({ jsonrpc: "2.0", id: "a", error: { code: 1, message: "no" } });
  await unanswered.none();
});

Deno.test("answers to other requests, and ids of another type, do not count", async () => {
  const unanswered = new Unanswered();
  unanswered.received(request(1));
  unanswered.sent(answer(2));
  unanswered.sent(answer("1"));
  assertEquals(await isSettled(unanswered), false);
});

Deno.test("notifications in either direction change nothing", async () => {
  const unanswered = new Unanswered();
  unanswered.received({ jsonrpc: "2.0", method: "notifications/initialized" });
  await unanswered.none();
  unanswered.received(request(1));
  unanswered.sent({ jsonrpc: "2.0", method: "notifications/progress", params: {} });
  assertEquals(await isSettled(unanswered), false);
});

Deno.test("a cancelled request is not waited for", async () => {
  const unanswered = new Unanswered();
  unanswered.received(request(1));
  unanswered.received({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: 1 },
  });
  await unanswered.none();
});

Deno.test("every one of several requests is waited for", async () => {
  const unanswered = new Unanswered();
  for (const id of [1, 2, 3]) unanswered.received(request(id));
  unanswered.sent(answer(2));
  unanswered.sent(answer(1));
  assertEquals(await isSettled(unanswered), false);
  unanswered.sent(answer(3));
  await unanswered.none();
});
