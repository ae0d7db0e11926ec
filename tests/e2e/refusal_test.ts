import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { field } from "../../src/lib/json.ts";
import { RawProcess } from "./raw_process.ts";

/** What the client is told of the settings. */
const told = (answer: unknown) => {
  const error = field(answer, "error");
  return { code: field(error, "code"), text: String(field(error, "message")) };
};

for (
  const [what, env, expected] of [
    ["missing", {}, "Currently missing: WORKSPACE_ID"],
    ["wrong", { PLATFORM_URL: "htp://x" }, "PLATFORM_URL: expected an http:// or https:// URL"],
  ] as const
) {
  Deno.test(`with settings that are ${what}, initialize is answered with the text of stderr`, async () => {
    await using server = RawProcess.start({ ...env });
    const answer = await server.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "raw", version: "1.0.0" },
    });
    // It does not wait for the end of its input.
    const { code, stderr } = await server.ended();
    assertEquals(code, 2);
    const { code: rpcCode, text } = told(answer);
    assertEquals(rpcCode, -32603);
    assertEquals(`${text}\n`, stderr);
    assertStringIncludes(text, expected);
  });
}

Deno.test("a client that tries the newest protocol first is told there, and at initialize", async () => {
  await using server = RawProcess.start({});
  const asked = [];
  for (const method of ["server/discover", "initialize"]) asked.push(await server.request(method));
  for (const answer of asked) assertStringIncludes(told(answer).text, "Currently missing");
  assertEquals((await server.ended()).code, 2);
});

Deno.test("what is not a request gets no answer, and the next one does", async () => {
  await using server = RawProcess.start({});
  await server.sendLine("{");
  await server.sendLine("x".repeat(100_000));
  await server.send({ method: "notifications/initialized" });
  await server.send({ id: 4, result: {} });
  assertStringIncludes(told(await server.request("initialize")).text, "Currently missing");
  assertEquals((await server.ended()).code, 2);
  assertEquals(server.stdout.split("\n").length, 2);
});

Deno.test("at the end of its input it ends at once, with nothing on stdout", async () => {
  await using server = RawProcess.start({});
  await server.closeInput();
  const { code, stderr } = await server.ended();
  assertEquals([code, server.stdout], [2, ""]);
  assert(stderr.startsWith("molecule-mcp: missing required environment"), stderr);
});
