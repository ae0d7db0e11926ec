import { assertEquals } from "@std/assert";
import type { RequestView } from "../../src/local/page/protocol.ts";
import { Requests } from "../../src/page/state/requests.ts";

/** A request whose number says when it was raised and, if it is closed, decided. */
function request(number: number, more: Partial<RequestView> = {}): RequestView {
  const at = new Date(number * 1_000).toISOString();
  return {
    id: `r${number}`,
    kind: "task",
    requesterId: "a",
    recipientId: null,
    title: "",
    detail: null,
    status: "pending",
    responderType: null,
    responderId: null,
    priority: null,
    createdAt: at,
    updatedAt: at,
    respondedAt: null,
    messages: [],
    olderMessages: 0,
    ...more,
  };
}

const ids = (requests: readonly RequestView[]) => requests.map(({ id }) => id);

Deno.test("the newest is first also where the platform leaves trailing zeros of a time out", () => {
  const requests = new Requests();
  const second = "2026-11-29T03:40:31";
  const times = [
    `${second}Z`,
    `${second}.1Z`,
    `${second}.12Z`,
    `${second}.123456Z`,
    `${second}.2Z`,
  ];
  const at = (time: string, index: number) =>
    request(index, { createdAt: time, updatedAt: time, status: index < 5 ? "pending" : "done" });
  requests.replace([...times, ...times].map(at));
  assertEquals(ids(requests.open.value), ["r4", "r3", "r2", "r1", "r0"]);
  assertEquals(ids(requests.closed.value), ["r9", "r8", "r7", "r6", "r5"]);
});

Deno.test("open requests are the newest first, the others by when they were decided", () => {
  const requests = new Requests();
  requests.replace([request(1), request(3, { status: "info_requested" }), request(2)]);
  assertEquals(ids(requests.open.value), ["r3", "r2", "r1"]);
  assertEquals(requests.update(request(3, { status: "done" }))?.status, "info_requested");
  const { updatedAt } = request(9);
  assertEquals(requests.update(request(1, { status: "done", updatedAt }))?.status, "pending");
  assertEquals(requests.update(request(4)), undefined);
  assertEquals(ids(requests.open.value), ["r4", "r2"]);
  assertEquals(ids(requests.closed.value), ["r1", "r3"]);
});

Deno.test("only those that the user is asked wait for the user", () => {
  const requests = new Requests();
  requests.replace([
    request(1),
    request(2, { recipientId: "b" }),
    request(3, { status: "rejected" }),
  ]);
  assertEquals([requests.open.value.length, requests.waiting.value], [2, 1]);
});

Deno.test("of decided requests the last hundred are kept, and every open one", () => {
  const requests = new Requests();
  for (let number = 1; number <= 250; number++) {
    requests.update(request(number, number % 2 === 0 ? { status: "done" } : {}));
  }
  assertEquals(requests.open.value.length, 125);
  assertEquals(requests.closed.value.length, 100);
  assertEquals([requests.closed.value[0]?.id, requests.closed.value[99]?.id], ["r250", "r52"]);
});
