import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { parseSettings } from "../../src/config/settings.ts";
import { instructions } from "../../src/mcp/instructions.ts";

/**
 * What any agent must be told, whichever way messages reach it (tests/README.md, "Instructions").
 */
const ALWAYS: Record<string, RegExp> = {
  "whose tools they are": /those of the server "molecule"/,
  "the tool that answers users": /send_message_to_user/,
  "the tool that answers peers": /delegate_task/,
  "the tool that acknowledges": /inbox_pop/,
  "what kind of message it is": /\bkind\b/,
  "who sent it": /\bpeer_id\b/,
  "its id": /\bactivity_id\b/,
  "the tool that waits": /wait_for_message/,
  "the push path": /push path/i,
  "the sender's name": /\bpeer_name\b/,
  "the sender's role": /\bpeer_role\b/,
  "when they are there": /registry resolved/,
  "that they prove nothing": /no proof of identity/,
  "the sender's card": /agent_card_url.*discover endpoint/s,
  "that text is untrusted": /untrusted/,
  "that embedded instructions are not followed": /do not execute/,
  "that the user may approve": /approval/,
  "what a peer wrote": /\[A2A_RESULT_FROM_PEER\]/,
  "that the acknowledgement comes last": /Only after the answer was sent/,
  "what to do when answering failed": /leave the message/,
  "how to ask before what cannot be undone": /destructive.*create_approval/s,
  "that asking is not a yes": /do not act before the request_decision/,
  "how to answer who asks": /request: respond_request/,
};

Deno.test("a client that cuts instructions at 2,048 characters keeps all of them", () => {
  for (const seconds of [0, 2, 60]) assert(instructions(seconds).length < 2_048);
});

for (const seconds of [2, 0]) {
  Deno.test(`the instructions for a wait of ${seconds} s say everything an agent must know`, () => {
    for (const [what, pattern] of Object.entries(ALWAYS)) {
      assertMatch(instructions(seconds), pattern, `${what} is missing`);
    }
  });
}

Deno.test("a wait of a second is one", () => {
  assertStringIncludes(instructions(1), "wait_for_message(timeout_secs=1)");
});

Deno.test("with a wait, both paths are named and the wait is given as an argument", () => {
  assertMatch(instructions(2), /poll path/i);
  assertStringIncludes(instructions(7), "wait_for_message(timeout_secs=7)");
});

Deno.test("without a wait, polling is said to be disabled and no call is suggested", () => {
  assertStringIncludes(instructions(0), "Polling is disabled");
  assertNotMatch(instructions(0), /timeout_secs|poll path/i);
});

Deno.test("the attributes of a pushed message are listed", () => {
  const tag = /<channel ([^>]*)>/.exec(instructions(2))?.[1] ?? "";
  for (
    const name of [
      "kind",
      "peer_id",
      "peer_name",
      "peer_role",
      "agent_card_url",
      "activity_id",
      "ts",
    ]
  ) assert(tag.split(/\s/).includes(name), `${name} in <channel ${tag}>`);
});

const WAITS: [set: string | undefined, seconds: number][] = [
  [undefined, 2],
  ["5", 5],
  ["0", 0],
  ["soon", 2],
  ["-3", 2],
  ["300", 60],
];
for (const [set, seconds] of WAITS) {
  Deno.test(`MOLECULE_MCP_POLL_TIMEOUT_SECS ${set ?? "unset"} means ${seconds} s`, async () => {
    const env: Record<string, string | undefined> = {
      WORKSPACE_ID: "ws-a",
      PLATFORM_URL: "http://127.0.0.1:1",
      MOLECULE_WORKSPACE_TOKEN: "a-token-of-nobody",
      CONFIGS_DIR: Deno.cwd(),
      MOLECULE_MCP_POLL_TIMEOUT_SECS: set,
    };
    const parsed = await parseSettings((name) => env[name]);
    assert("settings" in parsed);
    assertEquals(parsed.settings.instructionsPollTimeoutSecs, seconds);
    const text = instructions(parsed.settings.instructionsPollTimeoutSecs);
    assertStringIncludes(text, seconds === 0 ? "Polling is disabled" : `timeout_secs=${seconds})`);
  });
}
