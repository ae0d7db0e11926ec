import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { field } from "../../src/lib/json.ts";
import { NO_MOUNT, smallDisk, succeeds } from "./disk.ts";
import { testWorkspace } from "./test_workspace.ts";
import { RawProcess, textOf } from "./raw_process.ts";
import { firstReason, lacking, testUnless } from "../support/test_unless.ts";

const SOURCE = fromFileUrl(new URL("weak_file_system.c", import.meta.url));

testUnless(firstReason(NO_MOUNT, lacking("C compiler", succeeds("cc", "--version"))), {
  name: "a file system without fsync, locks and modes: all works, and what it lacks is told once " +
    "(needs root to mount, and a C compiler)",
  fn: async () => {
    await using workspace = await testWorkspace();
    await using weak = await weakDirectory();
    const { platform, id } = workspace;
    await using server = RawProcess.start({
      ...workspace.env,
      ...weak.env,
      CONFIGS_DIR: weak.path,
    });
    await server.initialize();
    for (const text of ["one", "two"]) {
      await platform.sendAsUser(id, text);
      const message = JSON.parse(textOf(await call(server, "wait_for_message")));
      assertEquals(message.text, text);
      const popped = await call(server, "inbox_pop", { activity_id: message.activity_id });
      assertEquals(field(popped.result, "isError"), undefined, textOf(popped));
    }
    await server.closeInput();
    const { code, stderr } = await server.ended();
    assertEquals(code, 0);
    const about = (pattern: RegExp) => stderr.split("\n").filter((line) => pattern.test(line));
    const [limits, ...more] = about(/fsync/);
    assertEquals(more, []);
    assertMatch(limits ?? "", /has no locks \(flock\).*run only one.*CONFIGS_DIR/);
    assertEquals(about(/keeps no modes.*CONFIGS_DIR/).length, 1, stderr);
    assertEquals(about(/Cannot write/), []);

    // What was popped does not come again.
    await using next = RawProcess.start({ ...workspace.env, ...weak.env, CONFIGS_DIR: weak.path });
    await next.initialize();
    await platform.sendAsUser(id, "three");
    assertEquals(JSON.parse(textOf(await call(next, "wait_for_message"))).text, "three");
  },
});

async function call(server: RawProcess, name: string, args: Record<string, unknown> = {}) {
  const more = name === "wait_for_message" ? { timeout_secs: 20 } : {};
  return await server.request("tools/call", { name, arguments: { ...more, ...args } });
}

/** A state directory on a file system that is made weak for processes with `env`. */
async function weakDirectory() {
  const path = await Deno.makeTempDir({ prefix: "molecule-weak-" });
  const disk = smallDisk(path);
  const built = await Deno.makeTempDir({ prefix: "molecule-weak-" });
  const library = join(built, "weak.so");
  const args = ["-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"];
  assert((await new Deno.Command("cc", { args }).output()).success);
  return {
    path,
    env: { LD_PRELOAD: library, WEAK_DEVICE_OF: path },
    [Symbol.asyncDispose]: async () => {
      await disk[Symbol.asyncDispose]();
      await Deno.remove(path);
      await Deno.remove(built, { recursive: true });
    },
  };
}
