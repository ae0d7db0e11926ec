import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { childEnvironment } from "../../scripts/child_environment.ts";
import { TOOL_PACKAGES } from "../../scripts/tools/versions.ts";
import { field, type JsonObject } from "../../src/lib/json.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { programCommand, ROOT } from "../e2e/program.ts";
import { ServerProcess } from "../e2e/server_process.ts";
import type { CallOutcome, ClientJob } from "./client_job.ts";
import { runClient } from "./run_client.ts";

const V2_CLIENT = fromFileUrl(new URL("sdk_v2_client.ts", import.meta.url));
const TOOLS_LOCK = fromFileUrl(new URL("../../scripts/tools/deno.lock", import.meta.url));
const DENO = Deno.execPath();

/** What a platform may do with every request so that none ever ends. */
const STUCK: Record<string, (ended: AbortSignal) => Promise<Response> | Response> = {
  "hangs": (ended) =>
    new Promise((resolve) => ended.addEventListener("abort", () => resolve(new Response(null)))),
  "sends a byte now and then": (ended) => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        timer = setInterval(() => controller.enqueue(new TextEncoder().encode(" ")), 500);
        ended.addEventListener("abort", () => {
          clearInterval(timer);
          try {
            controller.close();
          } catch {
            // The caller has gone before: nothing is left to close.
          }
        });
      },
      cancel: () => clearInterval(timer),
    });
    return new Response(body, { headers: { "Content-Type": "application/json" } });
  },
};

/** A platform that is stuck like that, and a workspace's environment for it. */
async function stuckPlatform(how: string) {
  const ended = new AbortController();
  const stuck = STUCK[how];
  assert(stuck);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => stuck(ended.signal),
  );
  const dir = await Deno.makeTempDir({ prefix: "molecule-limits-" });
  const file = join(dir, "report.csv");
  await Deno.writeTextFile(file, "06:12,4.1\n");
  return {
    file,
    env: {
      WORKSPACE_ID: crypto.randomUUID(),
      PLATFORM_URL: `http://127.0.0.1:${server.addr.port}`,
      MOLECULE_WORKSPACE_TOKEN: "a-token-that-nobody-looks-at",
      CONFIGS_DIR: dir,
      WORKSPACE_CONFIG_PATH: dir,
      // The slow way of each platform, one in each mode.
      DELEGATION_SYNC_VIA_INBOX: how === "hangs" ? "0" : "1",
    },
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await server.shutdown();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

/** Every tool, with arguments that let it go as far as it can. */
function allCalls(file: string): [tool: string, args: JsonObject][] {
  const peer = crypto.randomUUID();
  const calls: [string, JsonObject][] = [
    ["delegate_task", { workspace_id: peer, task: "x" }],
    ["delegate_task_async", { workspace_id: peer, task: "x" }],
    ["check_task_status", {}],
    ["list_peers", {}],
    ["get_workspace_info", {}],
    ["get_runtime_identity", {}],
    ["update_agent_card", { card: { name: "x" } }],
    ["broadcast_message", { message: "x" }],
    ["send_message_to_user", { message: "x", attachments: [file] }],
    ["create_request", { kind: "task", title: "x", recipient_id: peer }],
    ["create_approval", { action: "x" }],
    ["check_requests", { status: "open" }],
    ["list_inbox", {}],
    ["get_request", { request_id: peer, wait_secs: 300 }],
    ["respond_request", { request_id: peer, action: "done", message: "x" }],
    ["add_request_message", { request_id: peer, body: "x" }],
    ["cancel_request", { request_id: peer }],
    ["wait_for_message", { timeout_secs: 300 }],
    ["inbox_peek", {}],
    ["inbox_pop", { activity_id: "x" }],
    ["chat_history", { peer_id: peer }],
    ["commit_memory", { content: "x" }],
    ["recall_memory", { query: "x" }],
  ];
  assertEquals(calls.map(([name]) => name), TOOLS.map(({ name }) => name), "every tool is tried");
  return calls;
}

const LEFT = /Delegation id: [0-9a-f-]{36}\. Fetch the answer with check_task_status/;
/** In 100 s the look-up has been tried as often as it is documented. */
const TRIED = /did not answer within 10 s.*attempts=5\/5/;

/** The client is the judge: it throws when it has given up. */
function assertAnswered(outcomes: readonly CallOutcome[], delegation = LEFT): void {
  for (const { name, answered, text } of outcomes) assert(answered, `${name}: ${text}`);
  const delegated = outcomes.find(({ name }) => name === "delegate_task")?.text ?? "";
  assertMatch(delegated, delegation);
  const waited = outcomes.find(({ name }) => name === "wait_for_message")?.text ?? "";
  // It could not be asked whether there was a message: that is said, and is no plain time-out.
  assertMatch(waited, /no message arrived, and none can .*Call wait_for_message again/);
}

interface ProgressOptions {
  readonly onprogress?: () => void;
  readonly resetTimeoutOnProgress?: boolean;
  readonly maxTotalTimeout?: number;
}

async function withV1(
  server: ServerProcess,
  calls: ClientJob["calls"],
  options: ProgressOptions = {},
): Promise<CallOutcome[]> {
  return await Promise.all(calls.map(async ([name, args]): Promise<CallOutcome> => {
    try {
      const result = await server.client.callTool({ name, arguments: args }, undefined, options);
      const { content } = result;
      const first = Array.isArray(content) ? content[0] : undefined;
      return { name, answered: true, text: String(field(first, "text")) };
    } catch (error) {
      return { name, answered: false, text: String(error) };
    }
  }));
}

/** @returns why the client cannot be had here, or nothing */
async function v2Problem(): Promise<string | undefined> {
  const { success, stderr } = await new Deno.Command(DENO, {
    args: ["cache", "--no-config", `--lock=${TOOLS_LOCK}`, "--frozen", ...V2_PACKAGES],
    stdout: "null",
  }).output();
  return success ? undefined : new TextDecoder().decode(stderr).trim().split("\n").at(-1);
}

const V2_PACKAGES = [
  TOOL_PACKAGES.mcpClient,
  `${TOOL_PACKAGES.mcpClient}/stdio`,
];

async function withV2(job: ClientJob): Promise<CallOutcome[]> {
  const flags = ["--quiet", "--no-config", `--lock=${TOOLS_LOCK}`, "--frozen", "--allow-all"];
  return await runClient([DENO, "run", ...flags, V2_CLIENT], job);
}

const LEFT_BEHIND = {
  sanitizeOps: false, // The SDK's client leaves its timer for the end of the process.
  sanitizeResources: false,
};

// All at the same time: each takes nearly as long as a call may.
Deno.test({
  name: "no call of any tool ends in a client's time-out, whatever the platform is stuck in",
  ...LEFT_BEHIND,
  async fn(t) {
    const v2 = await v2Problem();
    if (v2 !== undefined) console.log(`The SDK's v2 client cannot be loaded here: ${v2}`);
    const steps = Object.keys(STUCK).flatMap((how) => [
      t.step({
        name: `the SDK's v1 client, a platform that ${how}`,
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
        async fn() {
          await using stuck = await stuckPlatform(how);
          await using server = await ServerProcess.start(stuck.env);
          assertAnswered(await withV1(server, allCalls(stuck.file)));
        },
      }),
      t.step({
        name: `the SDK's v2 client, a platform that ${how}`,
        ignore: v2 !== undefined,
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
        async fn() {
          await using stuck = await stuckPlatform(how);
          const [command, ...args] = programCommand();
          const env = { ...childEnvironment(), ...stuck.env };
          const calls = allCalls(stuck.file);
          assertAnswered(await withV2({ command, args, cwd: ROOT, env, calls }));
        },
      }),
      t.step({
        name: `a client with progress and 120 s of patience, a platform that ${how}`,
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
        async fn() {
          await using stuck = await stuckPlatform(how);
          await using server = await ServerProcess.start(stuck.env);
          let notes = 0;
          const outcomes = await withV1(server, allCalls(stuck.file), {
            onprogress: () => notes++,
            // 60 s from note to note; and as codex does it, 120 s in all.
            resetTimeoutOnProgress: true,
            maxTotalTimeout: 120_000,
          });
          assertAnswered(outcomes, TRIED);
          assert(notes > 0, "progress came");
        },
      }),
    ]);
    await Promise.all(steps);
  },
});
