import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { raise, read, write } from "../local/requests.ts";
import { Caller } from "../local/support.ts";
import { type EmbeddedPage, embeddedPageTest, YOURS } from "./support/embedded_page_test.ts";

/** The user's own agent, as plain HTTP. */
const agentOf = ({ platform, token }: EmbeddedPage) => new Caller(platform, YOURS, token);

/** A request as the page shows it, by its title. */
const card = (page: Page, title: string) => page.getByRole("listitem", { name: title });

/** How many wait, as the navigation says it. */
const counted = (page: Page, view: string, words: string) =>
  page.getByRole("link", { name: `${view} ${words}`, exact: true }).waitFor();

async function statusOf(agent: Caller, id: string): Promise<unknown> {
  return JSON.parse((await read(agent, id)).text).request.status;
}

embeddedPageTest(
  "what an agent asks is counted and said; a person approves one and rejects another, and other pages see it",
  async (test) => {
    const agent = agentOf(test);
    const page = await test.open();
    const other = await test.open(await test.newContext());
    const deletion = {
      kind: "approval",
      title: "Delete the old notes?",
      detail: "All 12 of them.",
    };
    const first = await raise(agent, deletion);
    const second = await raise(agent, { ...deletion, title: "Delete the new ones?" });
    await counted(page, "Approvals", "2 open");
    assertEquals(await page.title(), "(2) Molecule");
    await page.getByText("My agent asks you: Delete the new ones?").waitFor({ state: "attached" });
    for (const one of [page, other]) await one.getByRole("link", { name: "Approvals" }).click();
    assertEquals(await page.locator(".request h3").allInnerTexts(), [
      "Delete the new ones?",
      "Delete the old notes?",
    ]);
    const asked = card(page, "Delete the old notes?");
    await asked.getByText("All 12 of them.").waitFor();
    await asked.getByRole("button", { name: "Approve Delete the old notes?" }).click();
    await asked.getByText("approved by you").waitFor();
    await card(other, "Delete the old notes?").getByText("approved by you").waitFor();
    await card(other, "Delete the new ones?").getByRole("button", { name: /^Reject/ }).click();
    await card(page, "Delete the new ones?").getByText("rejected by you").waitFor();
    await page.getByText("Nothing waits for a yes").waitFor();
    assertEquals(await page.locator(".request button").count(), 0);
    assertEquals(await page.title(), "Molecule");
    assertEquals([await statusOf(agent, first), await statusOf(agent, second)], [
      "approved",
      "rejected",
    ]);
  },
);

embeddedPageTest("a person asks back, the agent answers, and the task is done", async (test) => {
  const agent = agentOf(test);
  const page = await test.open();
  const id = await raise(agent, { title: "Buy milk", priority: 2 });
  await counted(page, "Tasks", "1 open");
  await page.getByRole("link", { name: "Tasks" }).click();
  const task = card(page, "Buy milk");
  await task.getByRole("textbox", { name: "Ask back" }).fill("How much?");
  await task.getByRole("button", { name: "Ask", exact: true }).click();
  await task.locator(".thread").getByText("How much?").waitFor();
  assertEquals(await task.getByRole("textbox").inputValue(), "");
  await write(agent, id, "A litre");
  await task.locator(".thread").getByText("A litre").waitFor();
  await task.getByRole("button", { name: /^Done/ }).click();
  await task.getByText("done by you").waitFor();
  await page.reload();
  await task.locator(".thread").getByText("A litre").waitFor();
  assertEquals(await statusOf(agent, id), "done");
});

embeddedPageTest("a decision that fails says why, and nothing typed is lost", async (test) => {
  test.watch.expect(/status of (500|409)/);
  const agent = agentOf(test);
  const page = await test.open();
  const id = await raise(agent, { kind: "approval", title: "Delete?" });
  await page.getByRole("link", { name: "Approvals" }).click();
  const asked = card(page, "Delete?");
  const field = asked.getByRole("textbox", { name: "Ask back" });
  const end = test.platform.faults.database();
  await asked.getByRole("button", { name: /^Approve/ }).click();
  await asked.getByRole("alert").getByText("database does not answer").waitFor();
  await field.fill("Are you sure?");
  await asked.getByRole("button", { name: "Ask", exact: true }).click();
  await asked.getByRole("alert").nth(1).getByText("database does not answer").waitFor();
  await page.reload();
  assertEquals(await field.inputValue(), "Are you sure?");
  end();
  await test.platform.respondAsPerson(id, "rejected", { responderId: "Ann" });
  await asked.getByText("rejected by Ann").waitFor();
  assertEquals(await field.inputValue(), "Are you sure?");
  await asked.getByRole("button", { name: "Ask", exact: true }).click();
  await field.waitFor({ state: "detached" });
  await asked.locator(".thread").getByText("Are you sure?").waitFor();
});

embeddedPageTest(
  "a request between agents is shown, and can be decided by the user",
  async (test) => {
    const echo = { name: "Echo", parentId: YOURS, deliveryMode: "poll" } as const;
    const { id } = await test.platform.createWorkspace(echo);
    const agent = agentOf(test);
    const page = await test.open();
    const toEcho = { recipient_type: "agent", recipient_id: id };
    const first = await raise(agent, { ...toEcho, title: "Say it again" });
    const second = await raise(agent, { ...toEcho, title: "Say it louder" });
    await page.getByRole("link", { name: "Tasks" }).click();
    assertEquals(await page.title(), "Molecule"); // It is not the user who is asked.
    const task = card(page, "Say it again");
    await task.getByText("My agent asks Echo").waitFor();
    assertEquals(await task.getByRole("button", { name: /^Done/ }).isVisible(), false);
    await task.getByText("Decide instead of it").click();
    await task.getByRole("button", { name: /^Done/ }).click();
    await task.getByText("done by you").waitFor();
    const louder = card(page, "Say it louder");
    await louder.getByText("Decide instead of it").click();
    await louder.getByRole("button", { name: /^Withdraw/ }).click();
    await louder.getByText("cancelled").waitFor();
    assertEquals([await statusOf(agent, first), await statusOf(agent, second)], [
      "done",
      "cancelled",
    ]);
  },
);

embeddedPageTest(
  "an approval is decided with keys alone, and the focus is not lost",
  async (test) => {
    const agent = agentOf(test);
    const page = await test.open();
    const id = await raise(agent, { kind: "approval", title: "Delete?" });
    await raise(agent, { kind: "approval", title: "Move?" });
    await page.getByRole("link", { name: "Approvals" }).focus();
    await page.keyboard.press("Enter");
    await card(page, "Delete?").getByRole("button", { name: /^Approve/ }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Why?");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await card(page, "Delete?").locator(".thread").getByText("Why?").waitFor();
    await card(page, "Delete?").getByRole("button", { name: /^Approve/ }).focus();
    await page.keyboard.press("Space");
    await card(page, "Delete?").getByText("approved by you").waitFor();
    await page.locator("h2:focus", { hasText: "Approvals" }).waitFor();
    await page.keyboard.press("Tab");
    assertEquals(await page.evaluate("document.activeElement.textContent"), "Approve");
    assertEquals(await statusOf(agent, id), "approved");
  },
);

embeddedPageTest(
  "titles, details and messages of others are text, whatever is in them",
  async (test) => {
    const html = `<img src=x onerror="alert(1)"><a href="javascript:alert(2)">x</a>`;
    const agent = agentOf(test);
    const page = await test.open();
    const hidden = "\u202egnp.exe\u2066 \u001b[31mred \u200bhidden\u{e0041}";
    for (const title of [html, hidden, "x".repeat(5_000), " "]) {
      const recipient = { recipient_type: "agent", recipient_id: title };
      await raise(agent, { kind: "approval", title, detail: title.repeat(5), ...recipient });
      await write(agent, await raise(agent, { kind: "approval", title, detail: title }), title);
    }
    await page.getByRole("link", { name: "Approvals" }).click();
    await page.locator(".request").nth(7).waitFor();
    assertEquals(await page.locator(".request img, .request a").count(), 0);
    await page.getByRole("heading", { name: html }).first().waitFor();
    await page.getByRole("heading", { name: "(no title)" }).first().waitFor();
    await page.getByText("3000 more characters are not shown").first().waitFor();
    const shown = await page.evaluate<string>("document.body.innerText");
    // deno-lint-ignore no-control-regex
    assertEquals(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u200b]/.exec(shown), null);
    assert(shown.includes("U+202E"));
    for (const width of [1280, 760, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const overflow = "document.documentElement.scrollWidth - innerWidth";
      assertEquals([width, await page.evaluate(overflow)], [width, 0]);
      const inside =
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.slot-side'))";
      assertEquals([width, await page.evaluate(inside)], [width, 0]);
    }
  },
);

embeddedPageTest(
  "of many requests the newest are drawn, and more when they are asked for",
  async (test) => {
    const agent = agentOf(test);
    for (let number = 1; number <= 60; number++) await raise(agent, { title: `ask ${number}` });
    const page = await test.open();
    await page.getByRole("link", { name: "Tasks 60 open" }).click();
    await card(page, "ask 60").waitFor();
    assertEquals(await page.locator(".request").count(), 50);
    await page.getByRole("button", { name: "Show 10 older" }).click();
    await card(page, "ask 1").last().waitFor();
    assertEquals(await page.locator(".request").count(), 60);
  },
);
