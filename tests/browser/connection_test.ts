import { assertEquals } from "@std/assert";
import { pageTest, YOURS } from "./support/page_test.ts";

pageTest("a lost connection is told, heals by itself, and loses nothing", async (test) => {
  test.watch.expect(/ERR_|Failed to load/);
  const page = await test.open();
  await page.getByRole("textbox").fill("half a sen");
  await page.route("**/local/api/events", (route) => route.abort());
  await test.context.setOffline(true);
  await page.evaluate("document.querySelector('textarea').focus()");
  await page.keyboard.press("End");
  await page.keyboard.type("tence");
  await test.platform.sendAsUser(YOURS, "written elsewhere meanwhile");
  await test.context.setOffline(false);
  await page.unroute("**/local/api/events");
  await page.getByText("written elsewhere meanwhile").waitFor();
  assertEquals(await page.getByRole("textbox").inputValue(), "half a sentence");
});
