import { assertEquals, assertMatch } from "@std/assert";
import { embeddedPageTest } from "./support/embedded_page_test.ts";
import { pageTest } from "./support/page_test.ts";

pageTest("the link opens the page once, and leaves no key in the address", async (test) => {
  const link = test.link();
  const page = await test.context.newPage();
  await page.goto(link);
  await page.getByRole("heading", { name: "Organisation" }).waitFor();
  assertEquals(page.url(), `${test.url}/`);
  assertEquals(await page.evaluate("history.length"), 2); // about:blank and the page

  const other = await test.browser.newContext();
  const late = await other.newPage();
  await late.goto(link);
  await late.getByRole("heading", { name: "This page needs a link from your terminal" }).waitFor();
  assertMatch(await late.getByRole("alert").innerText(), /Press Enter/);
});

embeddedPageTest("without a link the page says how to get one", async (test) => {
  test.watch.expect(/status of 401/);
  const page = await test.context.newPage();
  await page.goto(`${test.platform.url}/`);
  await page.getByText("Press Enter. It prints a new link.").waitFor();
});

embeddedPageTest("who has a session may open an old link, and reload", async (test) => {
  test.watch.expect(/status of 401/);
  const link = test.platform.newPageLink();
  const page = await test.context.newPage();
  await page.goto(link);
  await page.locator(".page").waitFor();
  await page.reload();
  await page.locator(".page").waitFor();
  await page.goto("about:blank");
  await page.goto(link);
  await page.locator(".page").waitFor();
});

embeddedPageTest(
  "a page whose session is over goes on when a fresh link is opened",
  async (test) => {
    test.watch.expect(/status of 401/);
    const page = await test.open();
    await page.getByRole("textbox").fill("half a sentence");
    await test.context.clearCookies();
    await page.reload();
    await page.getByText("This page needs a link").waitFor();
    await test.open();
    await page.locator(".page").waitFor();
    assertEquals(await page.getByRole("textbox").inputValue(), "half a sentence");
  },
);
