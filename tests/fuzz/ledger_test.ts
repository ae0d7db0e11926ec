import { assertEquals } from "@std/assert";
import {
  CODE,
  type Due,
  error,
  invalid,
  orRefused,
  result,
  unaddressed,
} from "../../scripts/fuzz/due.ts";
import { Ledger } from "../../scripts/fuzz/ledger.ts";

const PONG = { jsonrpc: "2.0", id: 1, result: {} };
const REFUSAL = { jsonrpc: "2.0", id: null, error: { code: -32600, message: "no" } };

function ledger(...dues: readonly Due[]): Ledger {
  const made = new Ledger();
  made.expect(dues, ["token"]);
  return made;
}

function receive(to: Ledger, ...messages: readonly unknown[]): (string | undefined)[] {
  return messages.map((message) => to.receive(JSON.stringify(message)));
}

Deno.test("each due is met once", () => {
  const it = ledger(result(1, "ping"));
  assertEquals([it.settled, it.missing()], [false, ["the result of ping for id 1"]]);
  assertEquals(receive(it, PONG), [undefined]);
  assertEquals([it.settled, it.missing()], [true, []]);
  assertEquals(receive(it, PONG), ["an answer that is not due"]);
});

Deno.test("an id of another type is another id, and an error no result", () => {
  const it = ledger(result(1, "ping"));
  const wrong = "an answer that is not due";
  assertEquals(receive(it, { ...PONG, id: "1" }, { ...REFUSAL, id: 1 }), [wrong, wrong]);
});

Deno.test("nothing but JSON-RPC passes", () => {
  const it = ledger(result(1, "ping"));
  assertEquals(it.receive("hello"), "a line that is not JSON");
  assertEquals(it.receive(""), "a line that is not JSON");
  const shape = "a line that is no JSON-RPC response";
  assertEquals(
    receive(it, 7, { id: 1, result: {} }, { ...PONG, error: {} }, { ...PONG, more: 1 }, {
      jsonrpc: "2.0",
      result: {},
    }),
    ["a line that is no JSON-RPC message", shape, shape, shape, shape],
  );
});

Deno.test("progress belongs to a token; other notifications and requests do not come", () => {
  const progress = (progressToken: string) => ({
    jsonrpc: "2.0",
    method: "notifications/progress",
    params: { progressToken },
  });
  assertEquals(
    receive(ledger(), progress("token"), progress("other"), { jsonrpc: "2.0", method: "x" }, {
      ...PONG,
      method: "x",
    }),
    [
      undefined,
      "progress that nobody asked for",
      "a notification that nobody asked for",
      "a request to the client",
    ],
  );
});

Deno.test("an answer that met one due moves on when another fits that one alone", () => {
  const named = { ...REFUSAL, id: 5 };
  const dues = () => [invalid(5), unaddressed(CODE.invalidRequest)];
  for (const order of [[REFUSAL, named], [named, REFUSAL], [REFUSAL, REFUSAL]]) {
    const it = ledger(...dues());
    assertEquals([...receive(it, ...order), it.settled], [undefined, undefined, true]);
  }
});

Deno.test("a batch is answered as one, with what is due in it and nothing else", () => {
  const dues = () => [
    { ...result(1, "ping"), group: 1 },
    { ...error(2, CODE.methodNotFound), group: 1 },
  ];
  const unknown = { jsonrpc: "2.0", id: 2, error: { code: -32601, message: "no" } };
  const it = ledger(...dues());
  assertEquals(receive(it, [unknown, PONG]), [undefined]);
  assertEquals(it.settled, true);
  const wrong = "a batch of answers that is not due as it is";
  assertEquals(receive(ledger(...dues()), [PONG], [PONG, unknown, PONG], []), [
    wrong,
    wrong,
    "an empty batch",
  ]);
  assertEquals(receive(ledger(...dues()), PONG), ["an answer that is not due"]);
});

Deno.test("in a batch too an answer moves on", () => {
  const both = [error(1), orRefused(result(1, "ping"), 1)].map((due) => ({ ...due, group: 1 }));
  const [refused, failed] = [-32600, -32602].map((code) => ({
    ...REFUSAL,
    id: 1,
    error: { code, message: "" },
  }));
  assertEquals(receive(ledger(...both), [refused, failed]), [undefined]);
});

Deno.test("what was cancelled may come later, an error for a line may not", () => {
  const it = ledger({ ...result(1, "ping"), required: false }, {
    ...unaddressed(CODE.parse),
    required: false,
  });
  it.expect([], []);
  assertEquals(receive(it, PONG, { ...REFUSAL, error: { code: -32700, message: "no" } }), [
    undefined,
    "an answer that is not due",
  ]);
});

Deno.test("an answer moves to let another meet what must come, not what may come", () => {
  const it = ledger(
    { ...error(1), required: false },
    orRefused(error(1, CODE.methodNotFound), 1),
    orRefused(result(1, "ping"), 1),
  );
  const errors = [-32600, -32601].map((code) => ({
    ...REFUSAL,
    id: 1,
    error: { code, message: "" },
  }));
  assertEquals(receive(it, ...errors), [undefined, undefined]);
  assertEquals(it.missing(), []);
});
