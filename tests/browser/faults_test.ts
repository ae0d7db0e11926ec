import { assertEquals } from "@std/assert";
import { ScriptedAgent } from "./support/agent.ts";
import { pageTest } from "./support/page_test.ts";

const FAULTS = [
  "Database away",
  "Token refused",
  "Too many requests",
  "Slow",
  "Event stream off",
  "Network cut",
];

pageTest("each fault is switched on and off in the page, and the agent copes", async (test) => {
  await using _agent = await ScriptedAgent.start(test, (text) => ({ text: `You said: ${text}` }));
  const page = await test.open();
  await page.getByRole("link", { name: "Faults" }).click();
  const ask = async (text: string) => {
    await page.getByRole("textbox").fill(text);
    await page.keyboard.press("Enter");
  };
  const answered = (text: string) =>
    page.locator(".from-agent", { hasText: `You said: ${text}` }).waitFor({ timeout: 60_000 });
  for (const name of FAULTS) {
    const knob = page.getByRole("switch", { name });
    await knob.click();
    await page.locator("[aria-checked=true]").waitFor();
    await page.getByRole("link", { name: "Faults 1 on" }).waitFor();
    // While its database is away the platform takes no message; this one is kept.
    if (name !== "Database away") await ask(`with ${name}`);
    await knob.click();
    await page.locator("[aria-checked=true]").waitFor({ state: "detached" });
    await ask(`after ${name}`);
    await answered(`after ${name}`);
    if (name !== "Database away") await answered(`with ${name}`);
  }
  assertEquals(await page.locator(".from-agent").count(), 2 * FAULTS.length - 1);
});

pageTest("the page itself goes on while the database is away", async (test) => {
  const page = await test.open();
  await page.getByRole("link", { name: "Faults" }).click();
  await page.getByRole("switch", { name: "Database away" }).click();
  await page.getByRole("switch", { name: "Database away", checked: true }).waitFor();
  const other = await test.open();
  await other.getByRole("link", { name: "Faults 1 on" }).click();
  await other.getByRole("switch", { name: "Database away" }).click();
  await page.getByRole("switch", { name: "Database away", checked: false }).waitFor();
});
