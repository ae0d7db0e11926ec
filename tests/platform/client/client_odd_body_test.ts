import { assertEquals } from "@std/assert";
import { CALL, clientAt, TestServer } from "../support.ts";

/** What the client makes of an answer of success with this body. */
async function decoded(body: BodyInit | null, headers: HeadersInit = {}) {
  await using server = new TestServer(() => new Response(body, { headers }));
  const { json, text } = await clientAt(server.url).request(CALL);
  return { json, text };
}

Deno.test("an empty body is no JSON", async () => {
  assertEquals(await decoded(null), { json: undefined, text: "" });
});

Deno.test("a web page is no JSON", async () => {
  const { json } = await decoded("<html></html>", { "Content-Type": "text/html" });
  assertEquals(json, undefined);
});

Deno.test("half a JSON text is no JSON", async () => {
  assertEquals((await decoded('{"status":"o')).json, undefined);
});

Deno.test("JSON counts whatever its content type says", async () => {
  const { json } = await decoded('{"a":1}', { "Content-Type": "text/plain" });
  assertEquals(json, { a: 1 });
});

Deno.test("null, lists, numbers and strings are decoded as what they are", async () => {
  for (const value of [null, [1, 2], 42, "text", true]) {
    assertEquals((await decoded(JSON.stringify(value))).json, value);
  }
});

Deno.test("a huge integer is decoded, not refused", async () => {
  assertEquals((await decoded('{"n":123456789012345678901234567890}')).json, {
    n: 1.2345678901234568e29,
  });
  assertEquals((await decoded('{"n":1e999}')).json, { n: Infinity });
});

Deno.test("bytes that are not UTF-8 become replacement characters", async () => {
  const bytes = new Uint8Array([0x22, 0xff, 0xfe, 0x22]);
  assertEquals((await decoded(bytes)).json, "\uFFFD\uFFFD");
});

Deno.test("a byte order mark in front of the JSON is skipped", async () => {
  assertEquals((await decoded('\uFEFF{"a":1}')).json, { a: 1 });
});

Deno.test("a member named __proto__ changes no prototype", async () => {
  const { json } = await decoded('{"__proto__":{"polluted":true}}');
  assertEquals(Reflect.get(Object(json), "polluted"), undefined);
});
