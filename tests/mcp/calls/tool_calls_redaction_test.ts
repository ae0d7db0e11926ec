import { assert, assertEquals, assertNotMatch, assertRejects } from "@std/assert";
import { RpcError } from "../../../src/mcp/json_rpc.ts";
import { PlatformError } from "../../../src/platform/errors/platform_error.ts";
import { ToolInputError } from "../../../src/tools/support/errors.ts";
import { callsOf, failing, type Run, TOKEN } from "./test_calls.ts";

const LEAKS: [what: string, run: Run][] = [
  ["text", () => Promise.resolve({ text: `see ${TOKEN}`, structured: {} })],
  ["data", () => Promise.resolve({ text: "see", structured: { deep: [{ [TOKEN]: TOKEN }] } })],
  ["an input error", failing(new ToolInputError(`Error: ${TOKEN} is no id`))],
  ["a platform error", failing(new PlatformError("server", TOKEN, { maybeDelivered: true }))],
  ["an internal error", failing(new Error(`Bearer ${TOKEN}`))],
];
for (const [what, run] of LEAKS) {
  Deno.test(`a token in ${what} is taken out, and the result is still one`, async () => {
    const { call, lines } = await callsOf(run);
    const json = JSON.stringify(await call());
    assert(!json.includes(TOKEN), "The token shows in the result");
    assert(json.includes("[redacted]"), "Something is left to see where it was");
    assert(!lines.join().includes(TOKEN), "The token shows on stderr");
  });
}

Deno.test("a token made of JSON's own marks leaves a valid result", async () => {
  const structured = { ok: true, text: 'a ":true b' };
  const { call } = await callsOf(() => Promise.resolve({ text: "sent", structured }), {
    token: '":true',
  });
  assertEquals(await call(), {
    content: [{ type: "text", text: "sent" }],
    structuredContent: { ok: true, text: "a [redacted] b" },
  });
});

Deno.test("a token given as a tool's name is not repeated", async () => {
  const { call } = await callsOf(failing(new Error("not reached")));
  const { message } = await assertRejects(() => call({ name: `x${TOKEN}` }), RpcError);
  assertNotMatch(message, /molecule-secret/);
});

Deno.test("data without a token is passed on as it is, quotes and emoji included", async () => {
  const structured = { text: 'He said "hi" \\ 👩‍🚀\n' };
  const { call } = await callsOf(() => Promise.resolve({ text: "ok", structured }));
  assertEquals((await call()).structuredContent, structured);
});
