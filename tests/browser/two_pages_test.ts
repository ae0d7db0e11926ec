import { assertEquals } from "@std/assert";
import { pageTest } from "./support/page_test.ts";

pageTest(
  "two pages at once show the same, and what is written in one appears in the other",
  async (test) => {
    const first = await test.open();
    const second = await test.open(await test.newContext());
    await first.getByRole("textbox").fill("from the first");
    await first.keyboard.press("Enter");
    await second.locator(".from-user", { hasText: "from the first" }).waitFor();
    await second.getByRole("textbox").fill("from the second");
    await second.keyboard.press("Enter");
    await first.locator(".from-user", { hasText: "from the second" }).waitFor();
    for (const page of [first, second]) {
      await page.locator(".outgoing").waitFor({ state: "detached" });
      assertEquals(await page.locator(".message .text").allInnerTexts(), [
        "from the first",
        "from the second",
      ]);
    }
  },
);
