import { assert, assertEquals, assertRejects } from "@std/assert";
import { DelivererLock } from "../../../src/inbox/state/deliverer_lock.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { NO_LINKS, NO_REMOVAL_WHILE_OPEN, testUnless } from "../../support/test_unless.ts";
import { assertHolder, lockPlace, never, notWaiting } from "./lock_place.ts";

testUnless(NO_LINKS, {
  name: "a link in place of the lock file is refused, and what it leads to is left alone",
  fn: async () => {
    await using place = await lockPlace();
    const victim = `${place.path}-victim`;
    await Deno.writeTextFile(victim, "precious");
    await Deno.symlink(victim, place.path);
    const lock = new DelivererLock(place.path);
    await assertRejects(() => lock.acquire(notWaiting, never), Error, "to be a regular file");
    assertEquals(await lock.holder(), undefined);
    assertEquals(await Deno.readTextFile(victim), "precious");
  },
});

testUnless(NO_LINKS, {
  name: "a hard link in place of the lock file gets a new file, and the other name keeps its text",
  fn: async () => {
    await using place = await lockPlace();
    const victim = `${place.path}-victim`;
    await Deno.writeTextFile(victim, "precious");
    await Deno.link(victim, place.path);
    const lock = new DelivererLock(place.path);
    using held = await lock.acquire(notWaiting, never);
    assert(held);
    assertEquals(await Deno.readTextFile(victim), "precious");
    await assertHolder(lock, Deno.pid);
  },
});

testUnless(NO_REMOVAL_WHILE_OPEN, {
  name: "whoever holds a lock file that is removed or replaced is told within five seconds",
  fn: async () => {
    await using place = await lockPlace();
    for (const replace of [false, true]) {
      using held = await new DelivererLock(place.path).acquire(notWaiting, never);
      assert(held);
      using time = new FakeTime();
      let lost: boolean | undefined;
      const watching = held.lost(never).then((value) => lost = value);
      await time.run(60_000);
      assertEquals(lost, undefined);
      await Deno.remove(place.path);
      if (replace) await Deno.writeTextFile(place.path, "");
      await time.run(5_000);
      assertEquals(lost, true);
      await watching;
    }
  },
});

testUnless(NO_REMOVAL_WHILE_OPEN, {
  name: "a lock file that was removed and made anew is waited for, not the old one",
  fn: async () => {
    await using place = await lockPlace();
    const first = await new DelivererLock(place.path).acquire(notWaiting, never);
    const waits = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let told = 0;
    const second = new DelivererLock(place.path).acquire(() => waits[told++]?.resolve(), never);
    await waits[0]?.promise;
    await Deno.remove(place.path);
    const third = await new DelivererLock(place.path).acquire(notWaiting, never);
    // The second one now holds a file that nobody else will ever look at.
    first?.[Symbol.dispose]();
    let granted = false;
    second.then(() => granted = true);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
    assertEquals(granted, false);
    third?.[Symbol.dispose]();
    using held = await second;
    assert(held);
  },
});
