import { assert, assertEquals, assertRejects } from "@std/assert";
import { whileHeld } from "../../../src/lib/files/while_held.ts";

/** What fails this often with that code, and then works; and what was waited for. */
function held(times: number, code: string) {
  const pausesMs: number[] = [];
  let tried = 0;
  const act = () =>
    ++tried <= times
      ? Promise.reject(Object.assign(new Error(`refused ${tried}`), { code }))
      : Promise.resolve("done");
  const pause = (ms: number) => Promise.resolve(void pausesMs.push(ms));
  return { act, pause, pausesMs };
}

for (const code of ["EPERM", "EACCES", "EBUSY"]) {
  Deno.test(`${code}: what is refused for a moment is tried again, with longer pauses`, async () => {
    const { act, pause, pausesMs } = held(6, code);
    assertEquals(await whileHeld(act, 1, { attempts: 10, pause }), "done");
    assertEquals(pausesMs, [10, 20, 40, 80, 100, 100]);
  });
}

Deno.test("a refusal that stays is told after the last attempt", async () => {
  const { act, pause, pausesMs } = held(Infinity, "EBUSY");
  await assertRejects(() => whileHeld(act, 1, { attempts: 4, pause }), Error, "refused 4");
  assertEquals(pausesMs, [10, 20, 40]);
});

Deno.test("what waiting does not mend is told at once", async () => {
  for (const code of ["ENOENT", "ENOSPC", "EROFS", "ENAMETOOLONG", "EISDIR"]) {
    const { act, pause, pausesMs } = held(1, code);
    await assertRejects(() => whileHeld(act, 9, { attempts: 9, pause }), Error, "refused 1");
    assertEquals(pausesMs, []);
  }
});

Deno.test("only on Windows is anything tried more than once", async () => {
  const { act, pause, pausesMs } = held(1, "EPERM");
  const outcome = await whileHeld(act, 9, { pause }).catch((error) => error);
  const isWindows = Deno.build.os === "windows";
  assertEquals(pausesMs, isWindows ? [10] : []);
  assert(isWindows ? outcome === "done" : outcome instanceof Error);
});
