import { assert, assertEquals } from "@std/assert";
import type { PlayControl } from "../../src/local/page/page_options.ts";
import type { PlayView } from "../../src/local/page/protocol.ts";
import { pageTest } from "./support/page_test.ts";
import { embeddedPageTest } from "./support/embedded_page_test.ts";

pageTest("local --play plays its piece in the page, to the end", async (test) => {
  const page = await test.open();
  await page.getByRole("link", { name: "Play" }).click();
  const button = page.getByRole("button", { name: /^Play/ });
  if (await button.isEnabled()) await button.click();
  await page.getByText("It is done.").waitFor({ timeout: 90_000 });
  assert(await page.locator(".steps li").count() > 2);
}, ["--play"]);

/** A play whose steps the test takes. */
class MadePlay implements PlayControl {
  #view: PlayView = { state: "ready", step: 0, steps: 2, text: "" };
  readonly #listeners = new Set<() => void>();

  view(): PlayView {
    return this.#view;
  }

  start(): boolean {
    if (this.#view.state === "playing") return false;
    this.show({ state: "playing", step: 1, steps: 2, text: "The lead asks" });
    return true;
  }

  show(view: PlayView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const play = new MadePlay();

embeddedPageTest("a play is started in the page, which shows each step", async (test) => {
  const page = await test.open();
  await page.getByRole("link", { name: "Play" }).click();
  await page.getByRole("button", { name: "Play" }).click();
  await page.getByText("Step 1 of 2").waitFor();
  await page.getByRole("button", { name: "Playing…", disabled: true }).waitFor();
  play.show({ state: "playing", step: 2, steps: 2, text: "The <b>researcher</b> answers" });
  await page.getByText("Step 2 of 2").waitFor();
  assertEquals(await page.locator(".steps li").allInnerTexts(), [
    "The lead asks",
    "The <b>researcher</b> answers",
  ]);
  play.show({ state: "done", step: 2, steps: 2, text: "The <b>researcher</b> answers" });
  await page.getByText("It is done.").waitFor();
  await page.getByRole("button", { name: "Play again" }).click();
  await page.getByText("Step 1 of 2").waitFor();
  assertEquals(await page.locator(".steps li").allInnerTexts(), ["The lead asks"]);
  play.show({ state: "failed", step: 1, steps: 2, text: "The lead did not answer" });
  await page.getByRole("alert").getByText("The lead did not answer").waitFor();
}, { play });
