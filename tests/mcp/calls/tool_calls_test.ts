import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../../src/mcp/json_rpc.ts";
import { PlatformError } from "../../../src/platform/errors/platform_error.ts";
import { CallCancelledError, ToolInputError } from "../../../src/tools/support/errors.ts";
import { callsOf, failing, failure } from "./test_calls.ts";

Deno.test("a result comes back as text and as data", async () => {
  const { call } = await callsOf(({ word }) =>
    Promise.resolve({ text: `You said ${word}`, structured: { word } })
  );
  assertEquals(await call(), {
    content: [{ type: "text", text: "You said hello" }],
    structuredContent: { word: "hello" },
  });
});

Deno.test("a failure that the tool returns is marked and keeps its data", async () => {
  const { call } = await callsOf(() =>
    Promise.resolve({ text: "gone", structured: { error: "removed" }, isError: true })
  );
  assertEquals(await call(), { ...failure("gone"), structuredContent: { error: "removed" } });
});

Deno.test("an unknown tool is a protocol error that names it", async () => {
  const { call } = await callsOf(failing(new Error("not reached")));
  const error = await assertRejects(() => call({ name: "try_harder" }), RpcError);
  assertEquals([error.code, error.message], [-32602, "Unknown tool: try_harder"]);
});

Deno.test("a tool is not run without its permission, and the answer names action and role", async () => {
  let ran = false;
  const { call, lines } = await callsOf(() => {
    ran = true;
    return Promise.resolve({ text: "", structured: {} });
  }, { permission: "delegate", roles: ["read-only"] });
  assertEquals(
    await call(),
    failure(
      'PERMISSION DENIED: "delegate" is not allowed for the role read-only. ' +
        "Roles are set under rbac in the workspace's config.yaml.",
    ),
  );
  assertEquals([ran, lines], [false, []]);
});

Deno.test("the permission is looked at before the arguments", async () => {
  const { call } = await callsOf(failing(new Error("not reached")), {
    permission: "approve",
    roles: ["no-approval"],
  });
  assert(JSON.stringify(await call({ arguments: {} })).includes("PERMISSION DENIED"));
});

Deno.test("missing and wrong arguments are reported to the agent only", async () => {
  const { call, lines } = await callsOf(failing(new Error("not reached")));
  assertEquals(await call({ arguments: {} }), failure("Error: word is required"));
  assertEquals(
    await call({ arguments: { word: 7 } }),
    failure("Error: invalid arguments for try: word: expected string"),
  );
  assertEquals(lines, []);
});

Deno.test("what the agent did wrong is reported in the tool's words, and not logged", async () => {
  const { call, lines } = await callsOf(failing(new ToolInputError("Error: say please")));
  assertEquals(await call(), failure("Error: say please"));
  assertEquals(lines, []);
});

Deno.test("what the platform said is reported with the tool's name, and not logged", async () => {
  const { call, lines } = await callsOf(
    failing(new PlatformError("server", "https://p answered 500", { maybeDelivered: true })),
  );
  assertEquals(await call(), failure("Error: try failed: https://p answered 500"));
  assertEquals(lines, []);
});

Deno.test("a cancelled call ends quietly", async () => {
  const { call, lines } = await callsOf(failing(new CallCancelledError("Cancelled")));
  assertEquals(await call(), failure("Cancelled"));
  assertEquals(lines, []);
});

for (
  const [what, error] of [["an error", new TypeError("x is not a function")], [
    "no error",
    "x is not a function",
  ]] as const
) {
  Deno.test(`a fault of the program that throws ${what} is answered, logged, and survived`, async () => {
    const { call, lines } = await callsOf(failing(error));
    const answer = failure(
      "Error: try failed inside molecule-mcp: x is not a function. Please report it",
    );
    assertEquals(await call(), answer);
    assertEquals(lines, ["[molecule-mcp] Internal error in try: x is not a function"]);
    assertEquals(await call(), answer);
  });
}

Deno.test("trouble of this machine is named as what it is, and logged", async () => {
  const full = Object.assign(new Error("No space left on device (os error 28): open '/x'"), {
    code: "ENOSPC",
  });
  const { call, lines } = await callsOf(failing(full));
  const words = "try failed on this machine: the disk is full. Make room on it, or set " +
    "CONFIGS_DIR to a directory on another one (ENOSPC)";
  assertEquals(await call(), failure(`Error: ${words}`));
  assertEquals(lines, [`[molecule-mcp] ${words}`]);
});

Deno.test("a tool that throws before it returns a promise is answered as well", async () => {
  const { call, lines } = await callsOf(() => {
    throw new RangeError("too far");
  });
  assertEquals((await call()).isError, true);
  assertEquals(lines.length, 1);
});
