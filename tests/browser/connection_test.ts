import { assertEquals } from "@std/assert";
import { pageTest } from "./support/page_test.ts";

pageTest(
  "a platform that is gone is told; the page goes on when it is back, and loses nothing typed",
  async (test) => {
    test.watch.expect(/ERR_|Failed to load|status of 401/);
    const page = await test.open();
    const field = page.getByRole("textbox");
    await field.fill("half a sen");
    await test.kill();
    await page.getByText("The platform does not answer.").waitFor();
    await test.startAgain();
    await page.getByText("This page's session has ended.").waitFor();
    await field.pressSequentially("tence");
    await test.open();
    await page.locator(".banner").waitFor({ state: "detached" });
    assertEquals(await field.inputValue(), "half a sentence");
    await field.press("Enter");
    await page.locator(".from-user:not(.outgoing)", { hasText: "half a sentence" }).waitFor();
  },
);
