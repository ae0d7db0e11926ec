/**
 * Takes the pictures of the page anew: .github/page.png for README.md, and tests/browser/screens/ to
 * look at. They show the `molecule-mcp local` of dist/ while a scripted agent answers.
 *
 * Usage: deno task screenshots   (needs Chromium on PATH; with the font Inter it looks best)
 *
 * @module
 */
import { ensureDir } from "@std/fs";
import { fromFileUrl } from "@std/path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { ScriptedAgent } from "../tests/browser/support/agent.ts";
import { NO_CHROMIUM } from "../tests/browser/support/chromium.ts";
import { PageTest } from "../tests/browser/support/page_test.ts";
import { projectRoot } from "./release/project.ts";
import { smallPng } from "./screenshots/small_png.ts";

const SCREENS = "tests/browser/screens/";
const WIDE = { width: 1200, height: 680 };
const PHONE = { width: 360, height: 720 };

/** What is said, and the agent's answers in between. */
const QUESTIONS = [
  "Good morning. Ask the Researcher which carbon rings there are, and make a table of two.",
  "Thank you. Which of them smells of mothballs?",
];
const ANSWERS = [
  "Done. From what the Researcher knows:\n\n  cyclohexane   C6H12   one ring\n  naphthalene   C10H8   two rings\n\nThe table is attached.",
  "Naphthalene: its vapour keeps moths away, and people notice it at once.",
];
const TABLE = "name,formula,rings\ncyclohexane,C6H12,1\nnaphthalene,C10H8,2\n";

if (NO_CHROMIUM !== undefined) {
  console.error(`Cannot take pictures: ${NO_CHROMIUM}. On Debian: apt-get install chromium`);
  Deno.exit(1);
}
await ensureDir(new URL(SCREENS, projectRoot));
await PageTest.run(async (test) => {
  const first = await test.open();
  await talk(test, first);
  await ask(test, first);
  await take(test, ".github/page.png", { viewport: WIDE });
  await take(test, `${SCREENS}light.png`, { viewport: WIDE }, "faults");
  await take(test, `${SCREENS}dark.png`, { viewport: WIDE, colorScheme: "dark" });
  await take(test, `${SCREENS}approvals.png`, { viewport: WIDE }, "approvals");
  await take(test, `${SCREENS}tasks.png`, { viewport: WIDE, colorScheme: "dark" }, "tasks");
  await take(test, `${SCREENS}tokens.png`, { viewport: WIDE, colorScheme: "dark" }, "tokens");
  await take(test, `${SCREENS}phone.png`, { viewport: PHONE });
  await take(test, `${SCREENS}phone-approvals.png`, { viewport: PHONE }, "approvals");
  await take(test, `${SCREENS}phone-map.png`, { viewport: PHONE, colorScheme: "dark" }, "map");
});

/** A conversation, with a delegation and a memory in between, so that there is something to see. */
async function talk(test: PageTest, page: Page): Promise<void> {
  const table = await test.dir.write("rings.csv", TABLE);
  // Whoever is asked in the questions, where it is there.
  const named = page.getByRole("treeitem", { name: /Researcher/ });
  const colleague = await named.count() > 0 ? named : page.getByRole("treeitem").nth(1);
  const helper = await test.startServer();
  await helper.call("commit_memory", { content: "Prefers tables to prose", scope: "LOCAL" });
  await helper.call("delegate_task_async", {
    workspace_id: await colleague.getAttribute("data-id"),
    task: "Which carbon rings are there?",
  });
  await helper[Symbol.asyncDispose]();
  const answers = [...ANSWERS];
  await using _agent = await ScriptedAgent.start(test, () => ({
    text: answers.shift() ?? "",
    attachments: answers.length === ANSWERS.length - 1 ? [table] : [],
  }));
  for (const [index, question] of QUESTIONS.entries()) {
    await page.getByRole("textbox").fill(question);
    await page.keyboard.press("Enter");
    await page.locator(".from-agent").nth(index).waitFor();
  }
}

/** Tasks and approvals: one to be decided, one that was, one of another agent, and a question. */
async function ask(test: PageTest, page: Page): Promise<void> {
  const researcher = page.getByRole("treeitem", { name: /Researcher/ });
  const agent = await test.startServer();
  await agent.call("create_request", {
    kind: "task",
    title: "How far is Mars?",
    recipient_id: await researcher.getAttribute("data-id"),
  });
  await agent.call("create_request", { kind: "task", title: "Buy mothballs", detail: "Two bags." });
  await agent.call("create_approval", { action: "Order a sample of naphthalene" });
  await agent.call("create_approval", {
    action: "Delete the old table of rings",
    reason: "rings-2025.csv has mistakes in its formulas. It cannot be brought back.",
  });
  await page.evaluate(`location.hash = "#/approvals"`);
  const card = (title: string) => page.getByRole("listitem", { name: title });
  await card("Order a sample").getByRole("button", { name: /^Reject/ }).click();
  const deletion = card("Delete the old table of rings");
  await deletion.getByRole("textbox").fill("Is there a copy somewhere?");
  await deletion.getByRole("button", { name: "Ask", exact: true }).click();
  await deletion.locator(".thread").waitFor();
  await page.evaluate(`location.hash = "#/tasks"`);
  await page.getByText("done by Researcher").waitFor();
  await agent[Symbol.asyncDispose]();
}

async function take(
  test: PageTest,
  path: string,
  options: BrowserContextOptions,
  view?: string,
): Promise<void> {
  const context = await test.newContext({ reducedMotion: "reduce", ...options });
  const page = await test.open(context);
  if (view !== undefined) await page.evaluate(`location.hash = "#/${view}/${test.yourId}"`);
  await page.waitForTimeout(500);
  const file = fromFileUrl(new URL(path, projectRoot));
  const png = smallPng(await page.screenshot());
  await Deno.writeFile(file, png);
  console.log(`${path}: ${Math.round(png.length / 1024)} KiB`);
  await context.close();
}
