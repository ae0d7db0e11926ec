import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { failedOutcome } from "../../../src/tools/delegation/failed_outcome.ts";
import { ToolInputError } from "../../../src/tools/support/errors.ts";
import { startAgent } from "../../local/agents.ts";
import { delegate, delegateError, fenced } from "../delegate.ts";
import { pushPeer, startTeam } from "../team.ts";

Deno.test("a failure that is not the platform's is reported without a second Error", () => {
  assertEquals(failedOutcome(new ToolInputError("Error: no such peer")), {
    status: "failed",
    reason: "no such peer",
  });
  assertEquals(failedOutcome("odd"), { status: "failed", reason: "odd" });
});

const text = (value: string) => [{ kind: "text", text: value }];

/** What the peer's agent answers, and what of it is the answer. */
const ANSWERS: [string, unknown, string][] = [
  ["parts", { result: { parts: text("yes") } }, "yes"],
  ["parts of the older kind", { result: { parts: [{ type: "text", text: "yes" }] } }, "yes"],
  ["several parts", { result: { parts: [...text("a"), ...text("b")] } }, "ab"],
  ["parts with a file between", { result: { parts: [{ kind: "file" }, ...text("b")] } }, "b"],
  ["artifacts", { result: { artifacts: [{ parts: text("a") }, { parts: text("b") }] } }, "ab"],
  ["a message", { result: { message: { parts: text("yes") } } }, "yes"],
  ["a task", { result: { status: { message: { parts: text("yes") } } } }, "yes"],
  ["a plain string", { result: "yes" }, "yes"],
  ["no parts", { result: { parts: [] } }, "(no response)"],
  ["parts that are no list", { result: { parts: "yes" } }, "(no response)"],
  ["a part without text", { result: { parts: [{ kind: "text", text: null }] } }, "(no response)"],
  ["parts that are no objects", { result: { parts: [1, null, "x"] } }, "(no response)"],
  ["an empty string", { result: "" }, "(no response)"],
  ["null", { result: null }, "(no response)"],
  ["a result and an error", { result: "yes", error: { message: "no" } }, "yes"],
];

Deno.test("the answer is found in every shape that agents give it", async () => {
  let answer: unknown;
  await using target = startAgent(() =>
    Response.json({ jsonrpc: "2.0", id: "1", ...Object(answer) })
  );
  await using team = await startTeam({ peer: pushPeer(target) });
  for (const [what, body, expected] of ANSWERS) {
    answer = body;
    const { structured } = await delegate(team, what);
    assertEquals(
      structured?.answer,
      fenced(expected),
      what,
    );
  }
});

const reported = (words: string, code = "") =>
  `the peer reports an error${code}. Details:\n${fenced(words)}\n`;

/** What the peer's agent answers, and the reason that is shown. */
const ERRORS: [string, unknown, string][] = [
  [
    "the agent's own error",
    { result: { parts: text("Agent error: tired") } },
    reported("Agent error: tired"),
  ],
  [
    "JSON-RPC",
    { error: { code: -32000, message: " tired " } },
    reported("tired", " (code=-32000)"),
  ],
  ["message only", { error: { message: "tired" } }, reported("tired")],
  ["code only", { error: { code: -1 } }, "the peer gave no reason (code=-1)"],
  ["code zero", { error: { code: 0, message: "tired" } }, reported("tired", " (code=0)")],
  ["code that is none", { error: { code: "x", message: "tired" } }, reported("tired")],
  ["a string", { error: "tired" }, reported("tired")],
  ["a number", { error: 5 }, "the peer gave no reason"],
  ["neither", {}, "the answer has an unexpected shape"],
  ["unknown keys", { status: "ok" }, "the answer has an unexpected shape"],
  ["queued without a mode", { status: "queued" }, "the answer has an unexpected shape"],
];

Deno.test("an error says why, is not an answer, and is not asked for again", async () => {
  let answer: unknown;
  await using target = startAgent(() => Response.json(answer));
  await using team = await startTeam({ peer: pushPeer(target) });
  for (const [what, body, reason] of ERRORS) {
    answer = body;
    const result = await team.agent.call("delegate_task", {
      workspace_id: team.peer.id,
      task: what,
    });
    assertStringIncludes(result.text, `DELEGATION FAILED to Researcher: [A2A_ERROR] ${reason}`);
    assertEquals(result.structured?.status, "failed", what);
    assert(result.isError, what);
  }
  assertEquals(target.received.length, ERRORS.length);
});

Deno.test("an answer that is no JSON object may have been given: not asked again", async () => {
  await using target = startAgent(() => new Response("[1, 2]"));
  await using team = await startTeam({ peer: pushPeer(target) });
  const reason = await delegateError(team, "x");
  assertStringIncludes(reason, "the task may have been delivered, so do not simply send it again");
  assertEquals(target.received.length, 1);
});

Deno.test("the peer's own HTTP error is passed on", async () => {
  await using target = startAgent(() => Response.json({ error: "no such skill" }, { status: 422 }));
  await using team = await startTeam({ peer: pushPeer(target) });
  assertStringIncludes(
    await delegateError(team, "x"),
    `answered 422 (status=422 cause=upstream_error). Details:\n${fenced("no such skill")}`,
  );
});
