import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { field } from "../../src/lib/json.ts";
import type { ServerProcess } from "../e2e/server_process.ts";
import { pageTest } from "./support/page_test.ts";

const card = (page: Page, title: string) => page.getByRole("listitem", { name: title });

/** The agent's next message about a request; what else is in its inbox is taken away. */
async function nextOf(agent: ServerProcess, kind: string): Promise<unknown> {
  for (;;) {
    const message = JSON.parse(await agent.call("wait_for_message", { timeout_secs: 20 }));
    const id = field(message, "activity_id");
    assert(typeof id === "string", `no ${kind} came`);
    await agent.call("inbox_pop", { activity_id: id });
    if (field(message, "kind") === kind) return message;
  }
}

/** Asks as the real agent does. @returns The request's id */
async function ask(agent: ServerProcess, action: string): Promise<string> {
  const raised = await agent.call("create_approval", { action, reason: "It is gone for good." });
  const [id = ""] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(raised) ?? [];
  return id;
}

pageTest(
  "an agent asks before it deletes; a person approves in the page, and it goes on",
  async (test) => {
    const page = await test.open();
    await using agent = await test.startServer();
    const file = await test.dir.write("notes.txt", "old");
    const requestId = await ask(agent, "Delete notes.txt");
    await page.getByRole("link", { name: "Approvals 1 open" }).click();
    const asked = card(page, "Delete notes.txt");
    await asked.getByText("It is gone for good.").waitFor();
    const decision = nextOf(agent, "request_decision");
    await asked.getByRole("button", { name: /^Approve/ }).click();
    const told = await decision;
    assertEquals([field(told, "request_id"), field(told, "decision"), field(told, "by")], [
      requestId,
      "approved",
      "user",
    ]);
    await Deno.remove(file);
    await agent.call("send_message_to_user", { message: "notes.txt is deleted." });
    await page.locator(".from-agent", { hasText: "notes.txt is deleted." }).waitFor();
  },
);

pageTest(
  "one that waits for the decision hears of a question, answers, and is refused",
  async (test) => {
    const page = await test.open();
    await using agent = await test.startServer();
    const request_id = await ask(agent, "Delete everything");
    await page.getByRole("link", { name: "Approvals 1 open" }).click();
    const asked = card(page, "Delete everything");
    const question = nextOf(agent, "request_message");
    await asked.getByRole("textbox", { name: "Ask back" }).fill("Even the photos?");
    await asked.getByRole("button", { name: "Ask", exact: true }).click();
    assertStringIncludes(String(field(await question, "text")), "Even the photos?");
    await agent.call("add_request_message", { request_id, body: "Yes, those too" });
    await asked.locator(".thread").getByText("Yes, those too").waitFor();
    const waiting = agent.call("get_request", { request_id, wait_secs: 20 });
    await asked.getByRole("button", { name: /^Reject/ }).click();
    assertStringIncludes(await waiting, "rejected");
    await asked.getByText("rejected by you").waitFor();
  },
);

pageTest("an agent gives another one a task, which the page shows to its end", async (test) => {
  const page = await test.open();
  await using agent = await test.startServer();
  const researcher = page.getByRole("treeitem", { name: /Researcher/ });
  await page.getByRole("link", { name: "Tasks" }).click();
  await agent.call("create_request", {
    kind: "task",
    recipient_id: await researcher.getAttribute("data-id"),
    title: "How far is Mars?",
  });
  const task = card(page, "How far is Mars?");
  await task.getByText("Lead asks Researcher").waitFor();
  await task.getByText("done by Researcher").waitFor();
  assertMatch(await task.locator(".thread").innerText(), /^Researcher \d\d:\d\d\s+Mars is 228/);
  const told = await nextOf(agent, "request_decision");
  assertEquals([field(told, "decision"), field(told, "by")], ["done", "agent"]);
});

pageTest("the Archivist asks in the chat, and deletes when it is approved", async (test) => {
  const page = await test.open();
  await page.getByRole("treeitem", { name: /Archivist/ }).click();
  await page.getByRole("heading", { name: "Archivist" }).waitFor();
  const write = async (text: string, answer: string) => {
    await page.getByRole("textbox", { name: /Message to Archivist/ }).fill(text);
    await page.keyboard.press("Enter");
    await page.locator(".from-agent", { hasText: answer }).waitFor();
  };
  await write("old maps", "I have made a note");
  await page.getByRole("link", { name: "Approvals" }).click();
  await write("forget the maps", "I have asked you for an approval under Approvals");
  await card(page, "Delete the notes about “maps”?").getByRole("button", { name: /^Approve/ })
    .click();
  await page.locator(".from-agent", { hasText: "I have deleted 1 note" }).waitFor();
  await write("forget the maps", "there is nothing to delete");
});
