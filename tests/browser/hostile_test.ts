import { assert, assertEquals } from "@std/assert";
import { ServerProcess } from "../e2e/server_process.ts";
import { embeddedPageTest, YOURS } from "./support/embedded_page_test.ts";

const HTML =
  `<img src=x onerror="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)">x</a>`;
const TEXTS = [
  HTML,
  "javascript:alert(4)",
  "https://evil.example/",
  "\u202egnp.exe\u2066 \u0000\u001b[31mred\u0007 \u200bhidden\u{e0041}",
  "&lt;b&gt; &amp; {{7*7}} ${7*7} %3Cb%3E",
];

embeddedPageTest("names and texts of others are text, whatever is in them", async (test) => {
  for (const [index, name] of [HTML, "\u202eevil\u0007", "n".repeat(10_240)].entries()) {
    await test.platform.createWorkspace({
      name,
      role: `${name} ${index}`,
      parentId: YOURS,
      deliveryMode: "poll",
    });
  }
  const path = await test.dir.write("<b>\u202efdp.exe", "content");
  await using agent = await ServerProcess.start({
    WORKSPACE_ID: YOURS,
    PLATFORM_URL: test.platform.url,
    MOLECULE_WORKSPACE_TOKEN: test.token,
    MOLECULE_ATTACH_ROOTS: test.dir.path,
    CONFIGS_DIR: test.dir.path,
    WORKSPACE_CONFIG_PATH: test.dir.path,
  });
  for (const text of TEXTS) await agent.call("send_message_to_user", { message: text });
  await agent.call("send_message_to_user", { message: "a file", attachments: [path] });

  const page = await test.open();
  await page.locator(".from-agent").nth(TEXTS.length).waitFor();
  assertEquals(
    await page.locator(".from-agent .text").nth(0).innerText(),
    HTML,
  );
  const elements =
    "document.querySelectorAll('.text *:not(bdi, .hidden-char), .map-card img').length";
  assertEquals(await page.evaluate(elements), 0);
  const hrefs = "[...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))";
  for (const href of await page.evaluate<string[]>(hrefs)) {
    assert(/^(#\/|#workspace$|\/local\/api\/workspaces\/)/.test(href), href);
  }
  // Nothing hides: such characters have become their names.
  const shown = await page.evaluate<string>("document.body.innerText");
  // deno-lint-ignore no-control-regex
  assertEquals(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u200b]/.exec(shown), null);
  assert(shown.includes("U+202E"));
  for (const item of await page.getByRole("treeitem").all()) await item.click();
  const overflow = "document.documentElement.scrollWidth - innerWidth";
  assertEquals(await page.evaluate(overflow), 0);
  for (const card of await page.locator(".map-card").all()) {
    assert((await card.boundingBox())?.height ?? 0 < 160);
  }
});
