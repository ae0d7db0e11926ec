import { assert, assertEquals } from "@std/assert";
import { ToolCalls } from "../../../src/mcp/calls/tool_calls.ts";
import type { ToolContext } from "../../../src/tools/support/context.ts";
import { TIMING } from "../../../src/tools/support/timing.ts";
import { CallCancelledError } from "../../../src/tools/support/errors.ts";
import { toolServices } from "./tool_services.ts";
import { callsOf, failure, TOKEN, toolThat } from "./test_calls.ts";

Deno.test("the client's cancellation reaches the tool", async () => {
  const client = new AbortController();
  const started = Promise.withResolvers<void>();
  const { call } = await callsOf((_args, { signal }) => {
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
  const { call } = await callsOf((_args, { progress }) => {
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

Deno.test("a client that did not ask for progress gets none, and the tool knows it", async () => {
  let offered: unknown = "not run";
  const { call } = await callsOf((_args, context) => {
    offered = "progress" in context;
    return Promise.resolve({ text: "done", structured: {} });
  });
  await call();
  assertEquals(offered, false);
});

Deno.test("a call knows when it came in", async () => {
  const before = performance.now();
  let calledAtMs = -1;
  const { call } = await callsOf((_args, context) => {
    calledAtMs = context.calledAtMs;
    return Promise.resolve({ text: "done", structured: {} });
  });
  await call();
  assert(calledAtMs >= before && calledAtMs <= performance.now());
});
