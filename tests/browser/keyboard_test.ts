import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { pageTest } from "./support/page_test.ts";

/** What has the focus, as a person would call it. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(`(() => {
    const { activeElement: element } = document;
    const name = element.getAttribute("aria-label") ??
      (element.getAttribute("aria-labelledby") ? document.getElementById(element.getAttribute("aria-labelledby")).innerText : undefined) ??
      element.closest("label")?.innerText ?? element.innerText;
    return name.trim().split("\\n")[0];
  })()`);
}

/** Whether the focus can be seen. */
async function isFocusShown(page: Page): Promise<boolean> {
  return await page.evaluate(`(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || document.activeElement.matches(".skip");
  })()`);
}

pageTest("everything is reached with the Tab key, and seen there", async (test) => {
  const page = await test.open();
  await page.getByRole("link", { name: "Faults" }).click();
  await page.reload(); // So that the Tab key begins at the top.
  await page.locator(".switch").first().waitFor();
  const reached: string[] = [];
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press("Tab");
    const name = await focused(page);
    if (name === reached[0]) break;
    assert(await isFocusShown(page), `the focus is not seen on ${name}`);
    reached.push(name);
  }
  assertEquals(reached, [
    "Skip to the conversation",
    "Tasks",
    "Approvals",
    "Activity",
    "Faults",
    "Play",
    "Connect",
    test.yourName,
    "Chat",
    "Tokens",
    `Messages with ${test.yourName}`,
    "Add files",
    `Message to ${test.yourName}`,
    "Send",
    "Database away",
    "Token refused",
    "Too many requests",
    "Slow",
    "Event stream off",
    "Network cut",
  ]);
});

pageTest("a whole visit with keys alone: skip, write, the map's arrows, a fault", async (test) => {
  const page = await test.open();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assertEquals(await focused(page), `Message to ${test.yourName}`);
  await page.keyboard.type("hello");
  await page.keyboard.press("Enter");
  await page.locator(".from-user:not(.outgoing)", { hasText: "hello" }).waitFor();
  assertEquals(await focused(page), `Message to ${test.yourName}`);

  await page.getByRole("treeitem", { name: /yours/ }).focus();
  await page.keyboard.press("ArrowDown");
  assertEquals(await focused(page), test.colleagueName);
  await page.keyboard.press("ArrowLeft");
  assertEquals(await focused(page), test.yourName);
  await page.keyboard.press("ArrowLeft");
  assertEquals(await page.getByRole("treeitem").count(), 1);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press(test.colleagueName.charAt(0));
  assertEquals(await focused(page), test.colleagueName);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: test.colleagueName }).waitFor();

  await page.getByRole("link", { name: "Faults" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("switch", { name: "Slow" }).focus();
  await page.keyboard.press("Space");
  await page.getByRole("switch", { name: "Slow", checked: true }).waitFor();
});

pageTest("on a phone the focus follows from the map to the workspace", async (test) => {
  const page = await test.open();
  await page.setViewportSize({ width: 360, height: 720 });
  await page.getByRole("link", { name: "Map" }).click();
  await page.getByRole("treeitem", { name: /yours/ }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: test.colleagueName }).waitFor();
  await page.locator("#workspace:focus").waitFor();
});
