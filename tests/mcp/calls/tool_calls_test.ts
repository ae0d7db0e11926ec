import { assert, assertEquals, assertNotMatch, assertRejects } from "@std/assert";
import * as z from "zod/mini";
import { RpcError } from "../../../src/mcp/json_rpc.ts";
import type { ToolCall } from "../../../src/mcp/calls/tool_provider.ts";
import { ToolCalls } from "../../../src/mcp/calls/tool_calls.ts";
import { PlatformError } from "../../../src/platform/errors/platform_error.ts";
import type { ToolContext } from "../../../src/tools/support/context.ts";
import { defineTool, type Tool, type ToolResult } from "../../../src/tools/support/define_tool.ts";
import { TIMING } from "../../../src/tools/support/timing.ts";
import { CallCancelledError, ToolInputError } from "../../../src/tools/support/errors.ts";
import { toolServices } from "./tool_services.ts";

const TOKEN = "molecule-secret-token-of-this-test";

type Run = (args: { word: string }, context: ToolContext) => Promise<ToolResult>;

/** A tool named "try" that does this. */
function toolThat(run: Run, permission?: Tool["permission"]): Tool {
  return defineTool({
    name: "try",
    title: "Try",
    description: "For tests.",
    hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    input: z.object({ word: z.string() }),
    output: z.looseObject({}),
    ...(permission && { permission }),
    run,
  });
}

interface Stage {
  readonly lines: string[];
  call(changes?: Partial<ToolCall>): Promise<Record<string, unknown>>;
}

/** The calls of a server with that one tool. */
async function stageWith(
  run: Run,
  options: { permission?: Tool["permission"]; roles?: string[]; token?: string } = {},
): Promise<Stage> {
  const { services, redactor, lines } = await toolServices({ token: TOKEN, ...options });
  const calls = new ToolCalls([toolThat(run, options.permission)], services, redactor);
  return {
    lines,
    call: (changes = {}) =>
      calls.call({
        name: "try",
        arguments: { word: "hello" },
        signal: new AbortController().signal,
        ...changes,
      }),
  };
}

const failing = (error: unknown): Run => () => Promise.reject(error);

function failure(text: string) {
  return { content: [{ type: "text" as const, text }], isError: true };
}

Deno.test("a result comes back as text and as data", async () => {
  const { call } = await stageWith(({ word }) =>
    Promise.resolve({ text: `You said ${word}`, structured: { word } })
  );
  assertEquals(await call(), {
    content: [{ type: "text", text: "You said hello" }],
    structuredContent: { word: "hello" },
  });
});

Deno.test("a failure that the tool returns is marked and keeps its data", async () => {
  const { call } = await stageWith(() =>
    Promise.resolve({ text: "gone", structured: { error: "removed" }, isError: true })
  );
  assertEquals(await call(), { ...failure("gone"), structuredContent: { error: "removed" } });
});

Deno.test("an unknown tool is a protocol error that names it", async () => {
  const { call } = await stageWith(failing(new Error("not reached")));
  const error = await assertRejects(() => call({ name: "try_harder" }), RpcError);
  assertEquals([error.code, error.message], [-32602, "Unknown tool: try_harder"]);
});

Deno.test("a tool is not run without its permission, and the answer names action and role", async () => {
  let ran = false;
  const { call, lines } = await stageWith(() => {
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
  const { call } = await stageWith(failing(new Error("not reached")), {
    permission: "approve",
    roles: ["no-approval"],
  });
  assert(JSON.stringify(await call({ arguments: {} })).includes("PERMISSION DENIED"));
});

Deno.test("missing and wrong arguments are told to the agent alone", async () => {
  const { call, lines } = await stageWith(failing(new Error("not reached")));
  assertEquals(await call({ arguments: {} }), failure("Error: word is required"));
  assertEquals(
    await call({ arguments: { word: 7 } }),
    failure("Error: invalid arguments for try: word: expected string"),
  );
  assertEquals(lines, []);
});

Deno.test("what the agent did wrong is told as the tool says it, and not logged", async () => {
  const { call, lines } = await stageWith(failing(new ToolInputError("Error: say please")));
  assertEquals(await call(), failure("Error: say please"));
  assertEquals(lines, []);
});

Deno.test("what the platform said is told with the tool's name, and not logged", async () => {
  const { call, lines } = await stageWith(
    failing(new PlatformError("server", "https://p answered 500", { maybeDelivered: true })),
  );
  assertEquals(await call(), failure("Error: try failed: https://p answered 500"));
  assertEquals(lines, []);
});

Deno.test("a cancelled call ends quietly", async () => {
  const { call, lines } = await stageWith(failing(new CallCancelledError("Cancelled")));
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
    const { call, lines } = await stageWith(failing(error));
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
  const { call, lines } = await stageWith(failing(full));
  const words = "try failed on this machine: the disk is full. Make room on it, or set " +
    "CONFIGS_DIR to a directory on another one (ENOSPC)";
  assertEquals(await call(), failure(`Error: ${words}`));
  assertEquals(lines, [`[molecule-mcp] ${words}`]);
});

Deno.test("a tool that throws before it returns a promise is answered as well", async () => {
  const { call, lines } = await stageWith(() => {
    throw new RangeError("too far");
  });
  assertEquals((await call()).isError, true);
  assertEquals(lines.length, 1);
});

const LEAKS: [what: string, run: Run][] = [
  ["text", () => Promise.resolve({ text: `see ${TOKEN}`, structured: {} })],
  ["data", () => Promise.resolve({ text: "see", structured: { deep: [{ [TOKEN]: TOKEN }] } })],
  ["an input error", failing(new ToolInputError(`Error: ${TOKEN} is no id`))],
  ["a platform error", failing(new PlatformError("server", TOKEN, { maybeDelivered: true }))],
  ["an internal error", failing(new Error(`Bearer ${TOKEN}`))],
];
for (const [what, run] of LEAKS) {
  Deno.test(`a token in ${what} is taken out, and the result is still one`, async () => {
    const { call, lines } = await stageWith(run);
    const json = JSON.stringify(await call());
    assert(!json.includes(TOKEN), "The token shows in the result");
    assert(json.includes("[redacted]"), "Something is left to see where it was");
    assert(!lines.join().includes(TOKEN), "The token shows on stderr");
  });
}

Deno.test("a token made of JSON's own marks leaves a valid result", async () => {
  const structured = { ok: true, text: 'a ":true b' };
  const { call } = await stageWith(() => Promise.resolve({ text: "sent", structured }), {
    token: '":true',
  });
  assertEquals(await call(), {
    content: [{ type: "text", text: "sent" }],
    structuredContent: { ok: true, text: "a [redacted] b" },
  });
});

Deno.test("a token given as a tool's name is not repeated", async () => {
  const { call } = await stageWith(failing(new Error("not reached")));
  const { message } = await assertRejects(() => call({ name: `x${TOKEN}` }), RpcError);
  assertNotMatch(message, /molecule-secret/);
});

Deno.test("data without a token is passed on as it is, quotes and emoji included", async () => {
  const structured = { text: 'He said "hi" \\ 👩‍🚀\n' };
  const { call } = await stageWith(() => Promise.resolve({ text: "ok", structured }));
  assertEquals((await call()).structuredContent, structured);
});

Deno.test("the client's cancellation reaches the tool", async () => {
  const client = new AbortController();
  const started = Promise.withResolvers<void>();
  const { call } = await stageWith((_args, { signal }) => {
    started.resolve();
    return new Promise((_resolve, reject) =>
      signal.addEventListener("abort", () => reject(new CallCancelledError("Cancelled")))
    );
  });
  const answer = call({ signal: client.signal });
  await started.promise;
  client.abort();
  assertEquals(await answer, failure("Cancelled"));
});

Deno.test("progress goes to the client without tokens, and ends with the answer", async () => {
  const notes: string[] = [];
  let late: ToolContext["progress"];
  const { call } = await stageWith((_args, { progress }) => {
    late = progress;
    progress?.(`Asking with ${TOKEN}`);
    return Promise.resolve({ text: "done", structured: {} });
  });
  await call({ progress: (note) => notes.push(note) });
  late?.("Still at it");
  assertEquals(notes, ["Asking with [redacted]"]);
});

Deno.test("a tool that reports nothing is reported to be under way, until its answer", async () => {
  const { services, redactor } = await toolServices({ token: TOKEN });
  const done = Promise.withResolvers<void>();
  const tool = toolThat(async () => {
    await done.promise;
    return { text: "done", structured: {} };
  });
  const calls = new ToolCalls([tool], services, redactor, { ...TIMING, progressIntervalMs: 2 });
  const notes: string[] = [];
  await calls.call({
    name: "try",
    arguments: { word: "hello" },
    signal: new AbortController().signal,
    progress: (note) => {
      notes.push(note);
      if (notes.length === 3) done.resolve();
    },
  });
  assertEquals(notes.slice(0, 3), Array(3).fill("try is still running (0 s)"));
});

for (const readOnly of [true, false]) {
  Deno.test(`a call that is stuck is answered at its limit, readOnly ${readOnly}`, async () => {
    const { services, redactor, lines } = await toolServices({ token: TOKEN });
    const stuck = toolThat(() => new Promise(() => {}));
    const tool = { ...stuck, hints: { ...stuck.hints, readOnly } };
    const timing = { ...TIMING, limitMs: 5, limitWithProgressMs: 10 };
    const calls = new ToolCalls([tool], services, redactor, timing);
    const call = { name: "try", arguments: { word: "x" }, signal: new AbortController().signal };
    for (const [progress, secs] of [[undefined, "0.005"], [() => {}, "0.01"]] as const) {
      const result = await calls.call({ ...call, ...(progress && { progress }) });
      assertEquals(
        result,
        failure(
          `Error: try did not finish within ${secs} s and was given up. ` +
            (readOnly
              ? "Nothing was changed: try again; if it keeps happening, check the platform's status and the network"
              : "It may still have taken effect: check before you repeat it"),
        ),
      );
    }
    assertEquals(lines, []);
  });
}

Deno.test("a client that asked for no progress gets none, and the tool is told so", async () => {
  let offered: unknown = "not run";
  const { call } = await stageWith((_args, context) => {
    offered = "progress" in context;
    return Promise.resolve({ text: "done", structured: {} });
  });
  await call();
  assertEquals(offered, false);
});

Deno.test("a call knows when it came in", async () => {
  const before = performance.now();
  let calledAtMs = -1;
  const { call } = await stageWith((_args, context) => {
    calledAtMs = context.calledAtMs;
    return Promise.resolve({ text: "done", structured: {} });
  });
  await call();
  assert(calledAtMs >= before && calledAtMs <= performance.now());
});
