import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { FakeTime } from "../support/fake_time.ts";
import { InboxHarness } from "./inbox_harness.ts";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import { receive } from "./workspace_inbox_support.ts";
import { NO_REMOVAL_WHILE_OPEN, testUnless } from "../support/test_unless.ts";

const PATIENCE_MS = 60_000;

Deno.test("while it stands by it fetches nothing, then it continues where the other one ended", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b");
  const first = receive(harness);
  const head = await first.queue.wait(PATIENCE_MS, harness.signal);
  assertEquals(await first.inbox.pop(head?.activity_id ?? ""), true);

  const second = receive(harness);
  await second.inbox.settled;
  assertEquals([first.inbox.delivering, second.inbox.delivering], [true, false]);
  // On Windows the lock keeps others from reading who holds it.
  assertMatch(
    await second.inbox.holder(),
    Deno.build.os === "windows" ? /^(another process|process \d+)$/ : /^process \d+$/,
  );
  assertEquals(await second.inbox.pop(head?.activity_id ?? ""), false);
  assertStringIncludes(harness.lines.join("\n"), "standing by");

  await first.stop();
  assertEquals((await second.queue.wait(PATIENCE_MS, harness.signal))?.text, "b");
  assertEquals([first.inbox.delivering, second.inbox.delivering], [false, true]);
  assertEquals(second.queue.peek(Infinity).length, 1);
});

testUnless(NO_REMOVAL_WHILE_OPEN, {
  name: "a lock file that was removed pauses delivery within 5 s, until it is locked again",
  fn: async () => {
    await using harness = await InboxHarness.start();
    await harness.send("a");
    const { lock } = deliveryFiles(harness.stateDir, harness.id, undefined);
    using time = new FakeTime();
    const first = receive(harness);
    await time.until(first.inbox.settled);
    await Deno.remove(lock);
    const second = receive(harness);
    await time.until(second.inbox.settled);
    assertEquals([first.inbox.delivering, second.inbox.delivering], [true, true]);
    await time.run(5_000);
    assertEquals([first.inbox.delivering, second.inbox.delivering], [false, true]);
    assertEquals(
      first.queue.peek(Infinity).length,
      0,
      "what it had to offer is the other one's now",
    );
    assertStringIncludes(harness.lines.join("\n"), "was removed or replaced");

    const taken = (async () => {
      while (!first.inbox.delivering) await new Promise((resolve) => setTimeout(resolve, 100));
    })();
    await time.until(second.stop());
    await time.until(taken);
    assertEquals((await time.until(first.queue.wait(PATIENCE_MS, harness.signal)))?.text, "a");
    await time.until(harness.stop());
  },
});

Deno.test("a pop that is under way at the end is on disk before the next one delivers", async () => {
  await using harness = await InboxHarness.start();
  for (let round = 0; round < 5; round++) {
    await harness.send(`popped ${round}`);
    const first = receive(harness);
    const message = await first.queue.wait(PATIENCE_MS, harness.signal);
    const popping = first.inbox.pop(message?.activity_id ?? "");
    await first.stop();
    assertEquals(await popping, true);

    const next = receive(harness);
    await harness.send(`next ${round}`);
    const head = await next.queue.wait(PATIENCE_MS, harness.signal);
    assertEquals(head?.text, `next ${round}`);
    await next.inbox.pop(head?.activity_id ?? "");
    await next.stop();
  }
});
