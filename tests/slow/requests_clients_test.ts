import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { childEnvironment } from "../../scripts/child_environment.ts";
import { TOOL_PACKAGES } from "../../scripts/tools/versions.ts";
import { programCommand, ROOT } from "../e2e/program.ts";
import { testWorkspace } from "../e2e/test_workspace.ts";
import { asks } from "../tools/requests/asked.ts";
import { requestCalls } from "../tools/team.ts";
import type { CallOutcome, ClientJob, Mode } from "./client_job.ts";
import { runClient } from "./run_client.ts";

const V2_CLIENT = fromFileUrl(new URL("sdk_v2_client.ts", import.meta.url));
const TOOLS_LOCK = fromFileUrl(new URL("../../scripts/tools/deno.lock", import.meta.url));
const FLAGS = ["--no-config", `--lock=${TOOLS_LOCK}`, "--frozen"];
const PACKAGES = [TOOL_PACKAGES.mcpClient, `${TOOL_PACKAGES.mcpClient}/stdio`];
const LEFT_BEHIND = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };

type Call = ClientJob["calls"][number];

/** What goes wrong with each tool, and what its text says. */
const FAILURES: readonly (readonly [...Call, told: string])[] = [
  ["create_request", { kind: "task", title: " " }, "Error: title is required"],
  ["create_approval", { action: " " }, "Error: action is required"],
  ["check_requests", { status: "closed" }, "Error: status must be"],
  ["list_inbox", { status: "closed" }, "Error: status must be"],
  ["get_request", { request_id: crypto.randomUUID() }, "404: request not found"],
  ["respond_request", { request_id: crypto.randomUUID(), action: "done" }, "there is none with"],
  ["add_request_message", { request_id: "7", body: "x" }, "must be a UUID"],
  ["cancel_request", { request_id: crypto.randomUUID() }, "there is none with"],
];

/** One client that makes every call, those that fail as well, at the same time. */
async function session(mode: Mode): Promise<void> {
  await using own = await testWorkspace();
  const { platform } = own;
  const peer = await platform.createWorkspace({ name: "Researcher", parentId: own.id });
  const decided = await asks({ platform, by: own }, peer);
  const calls: readonly Call[] = [
    ["create_request", { kind: "task", title: "x", recipient_id: peer.id }],
    ["create_approval", { action: "x" }],
    ["check_requests", {}],
    ["list_inbox", { status: "open" }],
    ["get_request", { request_id: decided, wait_secs: 30 }],
    ...await requestCalls(platform, own, peer),
  ];
  const [command, ...args] = programCommand();
  const looking = platform.nextRequest(({ path }) => path.endsWith(decided));
  const reported = runClient<CallOutcome[]>(
    [Deno.execPath(), "run", "--quiet", ...FLAGS, "--allow-all", V2_CLIENT],
    {
      command,
      args,
      cwd: ROOT,
      env: { ...childEnvironment(), ...own.env },
      mode,
      calls: [...calls, ...FAILURES.map(([name, args]): Call => [name, args])],
    } satisfies ClientJob,
  );
  await looking;
  await platform.respondAsPerson(decided, "rejected");
  const outcomes = await reported;
  for (const { name, answered, text } of outcomes.slice(0, calls.length)) {
    assert(answered && !text.startsWith("Error"), `${name}: ${text}`);
  }
  assertStringIncludes(outcomes[4]?.text ?? "", "rejected (decided by the user");
  assertEquals(outcomes.length, calls.length + FAILURES.length);
  for (const [index, [name, , told]] of FAILURES.entries()) {
    const { answered, text } = outcomes[calls.length + index] ?? { answered: false, text: "" };
    assert(answered && text.includes(told), `${name}: ${text}`);
  }
}

Deno.test({
  name: "the SDK's v2 client asks and answers, with a handshake and without",
  ...LEFT_BEHIND,
  async fn(t) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["cache", ...FLAGS, ...PACKAGES],
      stdout: "null",
    }).output();
    if (!success) {
      console.log(`The SDK's v2 client cannot be had here: ${new TextDecoder().decode(stderr)}`);
    }
    const modes: Record<string, Mode> = { legacy: "legacy", stateless: { pin: "2026-07-28" } };
    for (const [name, mode] of Object.entries(modes)) {
      await t.step({ name, fn: () => session(mode), ignore: !success, ...LEFT_BEHIND });
    }
  },
});
