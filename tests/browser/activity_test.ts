import { assertEquals } from "@std/assert";
import { pageTest } from "./support/page_test.ts";

pageTest(
  "activity comes live: a delegation with both ends, memories, heartbeats on demand",
  async (test) => {
    const page = await test.open();
    await page.getByRole("link", { name: "Activity" }).click();
    const log = page.getByRole("list", { name: "Activity, newest first" });
    await using agent = await test.startServer();
    await page.getByRole("treeitem", { name: /yours.*online/ }).waitFor();
    const colleagueId = await page.getByRole("treeitem").nth(1).getAttribute("data-id");
    await agent.call("delegate_task_async", { workspace_id: colleagueId, task: "count to three" });
    await agent.call("commit_memory", { content: "tables, not prose", scope: "LOCAL" });

    await log.getByText("tables, not prose").waitFor();
    const ends = log.locator("li", { hasText: "delegation" }).first().locator(".ends");
    assertEquals(
      (await ends.innerText()).replace(/\s+/g, " "),
      `${test.yourName} → to ${test.colleagueName}`,
    );
    assertEquals(await log.getByText("heartbeat").count(), 0);
    await page.getByLabel("Heartbeats").check();
    await log.getByText("heartbeat").first().waitFor();

    await page.getByLabel("Type").selectOption("memory_write");
    await page.getByLabel("Heartbeats").uncheck();
    assertEquals(await log.getByRole("listitem").count(), 1);
    await page.getByLabel("Type").selectOption("");
    await page.getByRole("combobox", { name: "Workspace" }).selectOption(colleagueId);
    assertEquals(await log.getByText("tables, not prose").count(), 0);
  },
);
