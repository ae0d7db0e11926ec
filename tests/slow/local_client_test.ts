import { assertEquals, assertStringIncludes } from "@std/assert";
import { startLocal } from "../cli/local_process.ts";
import { runProgram } from "../cli/support.ts";
import type { MessagePage } from "../../src/local/page/protocol.ts";
import { TestDir } from "../support/test_dir.ts";
import { testUnless } from "../support/test_unless.ts";
import { fetchRealClients, pathWith } from "./real_clients.ts";
import { startScriptedModel } from "./stand_in_model.ts";

const clients = await fetchRealClients();
const REASON = "reason" in clients ? clients.reason : undefined;
const PATH = "folder" in clients ? pathWith(clients.folder) : "";
const PATIENCE_MS = 120_000;

testUnless(REASON, {
  name: "Claude Code, connected by install --local, answers a person at the page",
  sanitizeOps: false, // A process that has to be killed leaves its pipes behind.
  sanitizeResources: false,
  async fn() {
    await using dir = await TestDir.make();
    await using local = await startLocal(dir.path, "--json");
    await using model = startScriptedModel([
      { tool: "list_peers", input: {} },
      { tool: "wait_for_message", input: { timeout_secs: 40 } },
      { tool: "send_message_to_user", input: { message: "At half past twelve." } },
    ]);
    const env = { HOME: dir.path, PATH };
    const installed = await runProgram({ args: ["install", "claude-code", "--local"], env });
    assertEquals(installed.code, 0, installed.stderr);

    const { page_url: link, workspace_id: id } = JSON.parse(local.said);
    const page = await openPage(link);
    const form = new FormData();
    form.set("text", "When is low tide?");
    const sent = await page(`workspaces/${id}/messages`, { method: "POST", body: form });
    assertEquals(sent.status, 201, await sent.text());

    const tools = ["list_peers", "wait_for_message", "send_message_to_user"];
    const said = await run(
      "claude",
      [
        ...["-p", "hi", "--allowedTools"],
        ...tools.map((tool) => `mcp__molecule-local__${tool}`),
      ],
      { ...env, ...CLAUDE, ANTHROPIC_BASE_URL: model.url },
      dir.path,
    );
    const results = model.results.join("\n");
    assertStringIncludes(results, "Researcher", said);
    assertStringIncludes(results, "When is low tide?", said);
    const chat: MessagePage = await (await page(`workspaces/${id}/messages`)).json();
    assertEquals(
      chat.messages.map(({ from, text }) => [from, text]),
      [["user", "When is low tide?"], ["agent", "At half past twelve."]],
    );
  },
});

const CLAUDE = {
  ANTHROPIC_API_KEY: "sk-stand-in",
  ENABLE_TOOL_SEARCH: "false",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  IS_SANDBOX: "1",
  CI: "1",
  NO_COLOR: "1",
};

/** Opens the page as a browser does. @returns asks for something below its API */
async function openPage(link: string) {
  const { origin, hash } = new URL(link);
  const headers = { Origin: origin, "Sec-Fetch-Site": "same-origin" };
  const opened = await fetch(`${origin}/local/api/session`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ key: hash.replace("#key=", "") }),
  });
  assertEquals(opened.status, 204, await opened.text());
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  return (path: string, init: RequestInit = {}) =>
    fetch(`${origin}/local/api/${path}`, { ...init, headers: { ...headers, Cookie: cookie } });
}

/** What a command writes, until it ends. */
async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
): Promise<string> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    clearEnv: true,
    env: { ...env, TMPDIR: cwd },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const { stdout, stderr } = await child.output();
  clearTimeout(timer);
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}
