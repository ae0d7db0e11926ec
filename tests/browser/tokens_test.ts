import { assert, assertEquals, assertMatch } from "@std/assert";
import { ScriptedAgent } from "./support/agent.ts";
import { pageTest } from "./support/page_test.ts";

pageTest(
  "a token is created, shown once, copied, and revoked when that is confirmed",
  async (test) => {
    await test.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await test.open();
    await page.getByRole("link", { name: "Tokens" }).click();
    await page.getByRole("button", { name: "Create a token" }).click();
    const shown = page.getByRole("region", { name: "The new token" });
    const token = await shown.locator("code").innerText();
    const authorization = { Authorization: `Bearer ${token}` };
    const status = async () => {
      const answer = await fetch(`${test.url}/workspaces/${test.yourId}/activity`, {
        headers: authorization,
      });
      await answer.body?.cancel();
      return answer.status;
    };
    assertEquals(await status(), 200);
    await shown.getByRole("button", { name: "Copy the token" }).click();
    await shown.getByText("Copied").waitFor();
    assertEquals(await page.evaluate("navigator.clipboard.readText()"), token);
    await page.getByRole("button", { name: "I have it" }).click();
    assert(!(await page.content()).includes(token));

    const rows = page.locator(".tokens tbody tr");
    const row = rows.filter({ hasText: "made by hand" });
    await row.getByRole("button", { name: /^Revoke the token/ }).click();
    assertEquals(await page.evaluate("document.activeElement.innerText"), "Keep it");
    await page.keyboard.press("Escape");
    await row.getByRole("button", { name: /^Revoke the token/ }).click();
    await row.getByRole("button", { name: "Revoke", exact: true }).click();
    await row.waitFor({ state: "detached" });
    assertEquals(await rows.count(), 1);
    assertEquals(await status(), 401);
  },
);

for (const fails of [false, true]) {
  const what = fails ? "and failed" : "and came late";
  pageTest(
    `a list that was asked for before a token was created, ${what}, is read again`,
    async (test) => {
      if (fails) test.watch.expect(/Failed to load resource/);
      const page = await test.open();
      const isCreated = Promise.withResolvers<void>();
      let reads = 0;
      await page.route("**/tokens", async (route) => {
        const isFirst = route.request().method() === "GET" && ++reads === 1;
        const response = await route.fetch();
        if (isFirst) await isCreated.promise;
        if (isFirst && fails) await route.abort();
        else await route.fulfill({ response });
      });
      await page.getByRole("link", { name: "Tokens" }).click();
      await page.getByRole("button", { name: "Create a token" }).click();
      await page.getByRole("region", { name: "The new token" }).waitFor();
      isCreated.resolve();
      await page.locator(".tokens tbody tr", { hasText: "made by hand" }).waitFor();
    },
  );
}

pageTest("a token that is rotated while the agent runs: it heals, and answers", async (test) => {
  await using _agent = await ScriptedAgent.start(test, (text) => ({ text: `You said: ${text}` }));
  const page = await test.open();
  await page.getByRole("treeitem", { name: /yours.*online/ }).waitFor();
  await page.getByRole("link", { name: "Tokens" }).click();
  const prefix = page.locator(".tokens tbody th");
  await page.getByText("of the agent").waitFor();
  const before = await prefix.allInnerTexts();
  await page.getByRole("button", { name: "Rotate the token" }).click();
  await page.getByText("Rotated.").waitFor();
  await page.getByText(before[0] ?? "").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Chat" }).click();
  await page.getByRole("textbox").fill("Are you there?");
  await page.keyboard.press("Enter");
  await page.locator(".from-agent", { hasText: "You said: Are you there?" }).waitFor();
  await page.getByRole("link", { name: "Tokens" }).click();
  await page.getByText("of the agent").waitFor();
  const after = await prefix.allInnerTexts();
  assertEquals([before.length, after.length], [1, 1]);
  assert(before[0] !== after[0]);
  assertMatch(after[0] ?? "", /…$/);
});
