import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { pageTest } from "./support/page_test.ts";

const MESSAGES = 5_000;
/** What an expression about the messages' box comes to. */
async function inLog(page: Page, expression: string): Promise<unknown> {
  return await page.evaluate(`((box) => ${expression})(document.querySelector(".log"))`);
}

/** Until a message of the user is there, sent, and drawn. */
const SENT_MS = `window.sentMs = (text) => new Promise((resolve) => {
  const start = performance.now();
  const isThere = () => [...document.querySelectorAll(".from-user:not(.outgoing) .text")]
    .some((item) => item.innerText === text);
  const observer = new MutationObserver(() => {
    if (!isThere()) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - start));
  });
  observer.observe(document.querySelector(".log"), { childList: true, subtree: true, attributes: true });
}); undefined`;

pageTest(
  "5,000 messages: the page scrolls through all, keeps its place, and stays quick",
  async (test) => {
    await (await test.open()).close();
    for (let index = 0; index < MESSAGES; index++) {
      await test.say(`message ${index} ${"word ".repeat(index % 40)}`);
    }
    const page = await test.open();
    await page.locator(".message").first().waitFor();
    const drawn = () => page.locator("[data-seq]").count();
    assert(await drawn() <= 180);

    // Up to the beginning: what is in sight stays when older ones are put above it.
    const first = "document.querySelector('[data-seq]').dataset.seq";
    for (let step = 0; step < 400; step++) {
      const top = await inLog(page, "box.scrollTop = Math.min(400, box.scrollTop)");
      await page.waitForTimeout(15);
      if (top === 0 && await page.getByText("The conversation begins here.").isVisible()) break;
      assert(await drawn() <= 180);
    }
    await page.getByText("message 0 ").waitFor();
    assert(Number(await page.evaluate(first)) <= 2);

    await page.getByRole("textbox").fill("the last one");
    await page.evaluate(SENT_MS);
    const sent = page.evaluate<number>("sentMs('the last one')");
    await page.keyboard.press("Enter");
    const sentMs = await sent;
    console.log(`Sending below ${MESSAGES} messages took ${Math.round(sentMs)} ms.`);
    await page.locator(".from-user", { hasText: "the last one" }).waitFor();
    assertEquals(
      await inLog(page, "box.scrollHeight - box.scrollTop - box.clientHeight < 50"),
      true,
    );
  },
);

pageTest("who reads older messages is not moved by a new one, and is told of it", async (test) => {
  await (await test.open()).close();
  for (let index = 0; index < 100; index++) await test.say(`message ${index}`);
  const page = await test.open();
  await page.getByText("message 99").waitFor();
  await inLog(page, "box.scrollTop = box.scrollHeight / 2");
  await page.waitForTimeout(200);
  const place = "document.elementFromPoint(600, 400).closest('[data-seq]')?.dataset.seq";
  const before = await page.evaluate(place);
  await test.say("message 100");
  await page.waitForTimeout(300);
  assertEquals(await page.evaluate(place), before);
  await page.getByRole("button", { name: /newest|new message/ }).click();
  await page.getByText("message 100").waitFor();
});
