import { assert, assertEquals } from "@std/assert";
import { ConnectionFiles } from "../../../src/commands/local/connection.ts";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { olderDeno } from "../../support/older_deno.ts";
import { TestDir } from "../../support/test_dir.ts";

const WORKSPACE = { workspaceId: "11111111-1111-4111-8111-111111111111", token: "a-token" };

async function take(directory: string): Promise<ConnectionFiles> {
  const files = await ConnectionFiles.take(directory);
  assert(files instanceof ConnectionFiles);
  return files;
}

Deno.test("an older Deno, which cannot try a lock, asks the platform whether it runs", async () => {
  await using dir = await TestDir.make();
  using _older = olderDeno();
  await using platform = await startLocalPlatform();
  const first = await take(dir.path);
  await first.write({ platformUrl: platform.url, ...WORKSPACE });
  assertEquals(await ConnectionFiles.take(dir.path), {
    running: { pid: Deno.pid, platformUrl: platform.url },
  });

  await platform.close(); // As of one that was killed, its file is still there.
  const next = await take(dir.path);
  await next.remove();
  await first.remove();
});

Deno.test("nobody is asked but a platform on this machine", async () => {
  await using dir = await TestDir.make();
  using _older = olderDeno();
  let asked = 0;
  const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    asked++;
    return new Response("{}");
  });
  const { port } = other.addr;
  for (const url of [`http://localhost:${port}/elsewhere`, `http://x@127.0.0.1:${port}`]) {
    await dir.write("connection.json", JSON.stringify({ platform_url: url, pid: 1 }));
    await (await take(dir.path)).remove();
  }
  await other.shutdown();
  assertEquals(asked, 0);
});
