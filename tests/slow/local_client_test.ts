import { assertEquals, assertStringIncludes } from "@std/assert";
import { startLocal } from "../cli/local_process.ts";
import { runProgram } from "../cli/support.ts";
import type { MessagePage } from "../../src/local/page/protocol.ts";
import { Browser } from "../local/page/browser.ts";
import { TestDir } from "../support/test_dir.ts";
import { testUnless } from "../support/test_unless.ts";
import { fetchRealClients, pathWith, runClient } from "./real_clients.ts";
import { startScriptedModel } from "./stand_in_model.ts";

const clients = await fetchRealClients();
const REASON = "reason" in clients ? clients.reason : undefined;
const PATH = "folder" in clients ? pathWith(clients.folder) : "";

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
    const page = await Browser.enter(link);
    const sent = await page.write(id, "When is low tide?");
    assertEquals(sent.status, 201, sent.text);

    const tools = ["list_peers", "wait_for_message", "send_message_to_user"];
    const said = await runClient(
      "claude",
      [
        ...["-p", "hi", "--allowedTools"],
        ...tools.map((tool) => `mcp__molecule-local__${tool}`),
      ],
      { cwd: dir.path, env: { ...env, ...CLAUDE, ANTHROPIC_BASE_URL: model.url } },
    );
    const results = model.results.join("\n");
    assertStringIncludes(results, "Researcher", said);
    assertStringIncludes(results, "When is low tide?", said);
    const chat: MessagePage = JSON.parse((await page.get(`workspaces/${id}/messages`)).text);
    assertEquals(
      chat.messages.map(({ from, text }) => [from, text]),
      [["user", "When is low tide?"], ["agent", "At half past twelve."]],
    );
  },
});

testUnless(REASON, {
  name: "Claude Code asks before it deletes; a person approves in the page, and it goes on",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using dir = await TestDir.make();
    await using local = await startLocal(dir.path, "--json");
    await using model = startScriptedModel([
      {
        tool: "create_approval",
        input: { action: "Delete the old notes", reason: "They are old" },
      },
      { tool: "wait_for_message", input: { timeout_secs: 40 } },
      { tool: "send_message_to_user", input: { message: "They are deleted." } },
    ]);
    const env = { HOME: dir.path, PATH };
    const installed = await runProgram({ args: ["install", "claude-code", "--local"], env });
    assertEquals(installed.code, 0, installed.stderr);

    const { page_url: link, workspace_id: id } = JSON.parse(local.said);
    const page = await Browser.enter(link);
    await using events = await page.listen();
    const approving = events.of("request").then(async ({ request }) => {
      assertEquals([request.title, request.detail], ["Delete the old notes", "They are old"]);
      const answer = await page.post(`requests/${request.id}/respond`, { action: "approved" });
      assertEquals(answer.status, 204, answer.text);
    });
    const tools = ["create_approval", "wait_for_message", "send_message_to_user"];
    const said = await runClient(
      "claude",
      [
        ...["-p", "hi", "--allowedTools"],
        ...tools.map((tool) => `mcp__molecule-local__${tool}`),
      ],
      { cwd: dir.path, env: { ...env, ...CLAUDE, ANTHROPIC_BASE_URL: model.url } },
    );
    await approving;
    const decision = JSON.stringify({ decision: "approved", by: "user" }).slice(1, -1);
    const results = model.results.join("\n").replaceAll("\\", "");
    assertStringIncludes(results, decision, said);
    const chat: MessagePage = JSON.parse((await page.get(`workspaces/${id}/messages`)).text);
    assertEquals(
      chat.messages.map(({ from, text }) => [from, text]),
      [["agent", "They are deleted."]],
    );
  },
});

const CLAUDE = {
  ANTHROPIC_API_KEY: "sk-stand-in",
  ENABLE_TOOL_SEARCH: "false",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  IS_SANDBOX: "1",
};
