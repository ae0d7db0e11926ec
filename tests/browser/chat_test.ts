import { assertEquals, assertMatch } from "@std/assert";
import { ScriptedAgent } from "./support/agent.ts";
import { pageTest } from "./support/page_test.ts";

pageTest("a message reaches a real agent, and its answer comes", async (test) => {
  const received: string[] = [];
  await using _agent = await ScriptedAgent.start(test, (text) => {
    received.push(text);
    return { text: `You said: ${text}` };
  });
  const page = await test.open();
  await page.getByRole("treeitem", { name: /yours.*online/ }).waitFor();
  const field = page.getByRole("textbox", { name: `Message to ${test.yourName}` });
  await field.fill("Good morning");
  await field.press("Shift+Enter");
  await field.pressSequentially("to you");
  await field.press("Enter");
  await page.locator(".from-user", { hasText: "Good morning\nto you" }).waitFor();
  await page.locator(".from-agent", { hasText: "You said: Good morning\nto you" }).waitFor();
  assertEquals(received, ["Good morning\nto you"]);
  assertEquals(await field.inputValue(), "");
  assertEquals(await page.locator(".message").count(), 2);
  assertMatch(
    await page.locator("[aria-live=polite]").last().innerText(),
    /New message from .*: You said/,
  );
});

pageTest(
  "the platform's answer and its event are one message, whichever is first",
  async (test) => {
    const page = await test.open();
    let answer = () => {};
    const isAnswered = new Promise<void>((resolve) => answer = resolve);
    await page.route("**/messages", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const response = await route.fetch();
      await isAnswered;
      await route.fulfill({ response });
    });
    const field = page.getByRole("textbox");
    await field.fill("two\nlines");
    await field.press("Enter");
    await page.locator(".message[data-seq]").waitFor();
    assertEquals(await page.locator(".message").count(), 1);
    answer();
    await page.waitForTimeout(300);
    assertEquals(await page.locator(".message").count(), 1);
  },
);

pageTest("what the agent says that it does is shown, until it does no more", async (test) => {
  const page = await test.open();
  await test.heartbeat("Reading the almanac");
  await page.locator(".progress", { hasText: "Reading the almanac" }).waitFor();
  await page.locator(".map-task", { hasText: "Reading the almanac" }).waitFor();
  await test.heartbeat("");
  await page.locator(".progress").waitFor({ state: "detached" });
  await page.locator(".map-task").waitFor({ state: "detached" });
});

pageTest("files go to the agent and come back, byte for byte, as attachments", async (test) => {
  const sent = crypto.getRandomValues(new Uint8Array(50_000));
  const back = crypto.getRandomValues(new Uint8Array(40_000));
  const path = await test.dir.write("answer.bin", back);
  await using _agent = await ScriptedAgent.start(
    test,
    () => ({ text: "Here", attachments: [path] }),
  );
  const page = await test.open();
  const chooser = page.getByLabel("Files to send");
  const binary = await test.dir.write("données.bin", sent);
  const html = await test.dir.write("page.html", "<b>no</b>");
  await chooser.setInputFiles([binary, html]);
  await page.getByRole("button", { name: "Remove page.html" }).click();
  await chooser.setInputFiles(html);
  await page.getByRole("button", { name: "Send", exact: true }).click();

  const download = async (name: string) => {
    const link = page.locator("a.file", { hasText: name });
    const [started] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assertEquals(started.suggestedFilename(), name);
    const href = await link.getAttribute("href");
    const answer = await page.context().request.get(new URL(href ?? "", page.url()).href);
    assertMatch(answer.headers()["content-disposition"] ?? "", /^attachment/);
    assertEquals(answer.headers()["x-content-type-options"], "nosniff");
    await started.delete();
    return new Uint8Array(await answer.body());
  };
  assertEquals(await download("données.bin"), sent);
  assertEquals(new TextDecoder().decode(await download("page.html")), "<b>no</b>");
  assertEquals(await download("answer.bin"), back);
});

pageTest("files that are dropped or pasted are added to the message", async (test) => {
  const page = await test.open();
  const give = (kind: string, type: string, target: string) =>
    page.evaluate(`(() => {
      const data = new DataTransfer();
      data.items.add(new File(["text"], "${kind}.txt", { type: "text/plain" }));
      const init = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
      document.querySelector("${target}").dispatchEvent(new ${type}("${kind}", init));
    })()`);
  await give("dragover", "DragEvent", ".log");
  await page.getByText("Drop the files to add them to the message.").waitFor();
  await give("drop", "DragEvent", ".log");
  await give("paste", "ClipboardEvent", "textarea");
  assertEquals(
    await page.getByRole("list", { name: "Files to be sent" }).locator(".file-name")
      .allInnerTexts(),
    ["drop.txt", "paste.txt"],
  );
});

pageTest("what is not sent is told and kept: it can be sent again, or changed", async (test) => {
  test.watch.expect(/ERR_FAILED|Failed to load/);
  const page = await test.open();
  const field = page.getByRole("textbox");
  await page.route(
    "**/messages",
    (route) => route.request().method() === "POST" ? route.abort() : route.continue(),
  );
  await field.fill("one");
  await field.press("Enter");
  await page.getByText("Not sent:").waitFor();
  await page.getByRole("button", { name: "Change it" }).click();
  assertEquals(await field.inputValue(), "one");
  await field.press("Enter");
  await page.getByText("Not sent:").waitFor();
  await page.unroute("**/messages");
  await page.getByRole("button", { name: "Send again" }).click();
  await page.locator(".from-user:not(.outgoing)", { hasText: "one" }).waitFor();
  assertEquals(await page.locator(".outgoing").count(), 0);
});
