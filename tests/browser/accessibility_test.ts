import { assertEquals } from "@std/assert";
// The rules that browsers' developers check accessibility with: 11 years, MPL-2.0, no dependencies.
import axe from "axe-core";
import type { Page } from "playwright-core";
import { pageTest } from "./support/page_test.ts";

const VIEWS = [
  "chat",
  "tokens",
  "map",
  "tasks",
  "approvals",
  "activity",
  "faults",
  "play",
  "connect",
];

/** What axe-core finds, with the elements that it is about. */
async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return await page.evaluate(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
    .then(({ violations }) => violations.map(({ id, help, nodes }) =>
      [id, help, ...nodes.slice(0, 3).map(({ html, any }) => html.slice(0, 160) + " | " + any.map(({ message }) => message).join("; "))]))`,
  );
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 640, 360]) {
    pageTest(`axe-core finds nothing: ${colorScheme}, ${width} px wide`, async (test) => {
      await test.open();
      await test.say("A question");
      await test.raise({ kind: "task", title: "Water the plants" });
      const somebody = { recipient_type: "agent", recipient_id: "somebody" } as const;
      await test.raise({ kind: "task", title: "Sweep the floor", ...somebody });
      await test.raise({ kind: "approval", title: "Delete the notes?", detail: "All of them." });
      const context = await test.newContext({ colorScheme, viewport: { width, height: 800 } });
      const page = await test.open(context);
      const show = async (view: string) => {
        await page.evaluate(`location.hash = "#/${view}/${test.yourId}"`);
        await page.waitForTimeout(150);
      };
      for (const view of VIEWS) {
        await show(view);
        assertEquals([view, await violations(page)], [view, []]);
        const overflow = "document.documentElement.scrollWidth - innerWidth";
        assertEquals([view, await page.evaluate(overflow)], [view, 0]);
      }
      await show("tasks");
      const task = page.getByRole("listitem", { name: "Water the plants" });
      await page.getByText("Decide instead of it").first().click();
      await task.getByRole("textbox").fill("When?");
      await task.getByRole("button", { name: "Ask", exact: true }).click();
      await task.locator(".thread").waitFor();
      await task.getByRole("button", { name: /^Done/ }).click();
      await page.getByRole("heading", { name: "Decided" }).waitFor();
      assertEquals(await violations(page), []);
      await show("tokens");
      await page.getByRole("button", { name: "Create a token" }).click();
      await page.getByRole("heading", { name: "The new token" }).waitFor();
      await page.getByRole("button", { name: /^Revoke the token/ }).first().click();
      assertEquals(await violations(page), []);
    });
  }
}

pageTest("axe-core finds nothing where there is no session", async (test) => {
  test.watch.expect(/status of 401/);
  const page = await test.context.newPage();
  await page.goto(`${test.url}/#key=wrong`);
  await page.getByRole("alert").waitFor();
  assertEquals(await violations(page), []);
});
