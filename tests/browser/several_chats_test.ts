import { assertEquals } from "@std/assert";
import { embeddedPageTest, YOURS } from "./support/embedded_page_test.ts";

embeddedPageTest(
  "a message in another chat is counted until it is looked at; drafts stay where they are",
  async (test) => {
    const { platform } = test;
    const echo = { name: "Echo", parentId: YOURS, deliveryMode: "poll" } as const;
    const { id, token } = await platform.createWorkspace(echo);
    const page = await test.open();
    const field = page.getByRole("textbox");
    await field.fill("for my agent");
    const notify = async (message: string) => {
      const answer = await fetch(`${platform.url}/workspaces/${id}/notify`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify({ message }),
      });
      await answer.body?.cancel();
      assertEquals(answer.status, 200);
    };
    await notify("first");
    await notify("second");
    await page.getByRole("treeitem", { name: /Echo 2 new/ }).waitFor();
    assertEquals(await page.title(), "(2) Molecule");
    await page.getByRole("treeitem", { name: /Echo/ }).click();
    await page.locator(".from-agent .text", { hasText: "second" }).waitFor();
    await page.getByText("2 new").waitFor({ state: "detached" });
    assertEquals(await page.title(), "Molecule");
    assertEquals(await field.inputValue(), "");
    await notify("third");
    await page.locator(".from-agent .text", { hasText: "third" }).waitFor();
    assertEquals(await page.title(), "Molecule");

    await field.fill("for Echo");
    await page.goBack();
    await page.getByRole("heading", { name: "My agent" }).waitFor();
    assertEquals(await field.inputValue(), "for my agent");
    await page.getByRole("treeitem", { name: /Echo/ }).click();
    await page.reload();
    await page.getByRole("heading", { name: "Echo" }).waitFor();
    assertEquals(await field.inputValue(), "for Echo");
  },
);

embeddedPageTest(
  "a workspace that is removed leaves the map, and its chat says so",
  async (test) => {
    const echo = { name: "Echo", parentId: YOURS, deliveryMode: "poll" } as const;
    const { id } = await test.platform.createWorkspace(echo);
    const page = await test.open();
    await page.getByRole("treeitem", { name: /Echo/ }).click();
    await page.getByRole("heading", { name: "Echo" }).waitFor();
    test.platform.removeWorkspace(id);
    await page.getByRole("heading", { name: "No such workspace" }).waitFor();
    assertEquals(await page.getByRole("treeitem").count(), 1);
  },
);
