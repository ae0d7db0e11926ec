import { assert, assertEquals } from "@std/assert";
import { isObject } from "../../src/lib/json.ts";
import { startLocal } from "../cli/local_process.ts";
import { runProgram } from "../cli/support.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_SIGNALS, testUnless } from "../support/test_unless.ts";

/** How to be the user's workspace. */
interface Connection {
  readonly url: string;
  readonly id: string;
  readonly token: string;
}

async function connectionIn(dir: TestDir): Promise<Connection> {
  const path = dir.at(".molecule-workspace", "local", "connection.json");
  const json = JSON.parse(await Deno.readTextFile(path));
  return { url: json.platform_url, id: json.workspace_id, token: json.token };
}

async function ask({ url, id, token }: Connection, path: string, body?: unknown) {
  const response = await fetch(`${url}${path.replace(":id", id)}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  assert(response.ok, `${path}: ${response.status}`);
  return await response.json();
}

async function peersOf(connection: Connection): Promise<string[]> {
  const peers: unknown[] = await ask(connection, "/registry/:id/peers");
  return peers.map((peer) => isObject(peer) ? `${peer.name} ${peer.id}` : "").sort();
}

testUnless(
  NO_SIGNALS,
  "with --data it goes on after it was killed: ids, tokens and what it had taken",
  async () => {
    await using dir = await TestDir.make();
    const args = ["--data", dir.at("kept")];
    await using first = await startLocal(dir.path, ...args);
    const before = await connectionIn(dir);
    const peers = await peersOf(before);
    assert(peers.length > 0);
    const { auth_token: written } = await ask(before, "/workspaces/:id/tokens", {});
    await ask(before, "/workspaces/:id/notify", { message: "Taken before the end" });
    await first.end("SIGKILL");
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      await using next = await startLocal(dir.path, ...args);
      const after = await connectionIn(dir);
      assertEquals(after.id, before.id);
      assert(after.token !== "");
      assertEquals(await peersOf(after), peers);
      // A token that somebody has written down stays good, whatever the new file says.
      const old = { ...after, token: String(written) };
      assertEquals(await peersOf(old), peers);
      const log = JSON.stringify(await ask(old, "/workspaces/:id/activity"));
      assert(log.includes("Taken before the end"));
      await next.end(signal);
    }
  },
);

testUnless(NO_SIGNALS, "one directory of data is one platform's at a time", async () => {
  await using dir = await TestDir.make();
  await using other = await TestDir.make();
  const args = ["--data", dir.at("kept")];
  await using _local = await startLocal(dir.path, ...args);
  const env = { HOME: other.path, USERPROFILE: other.path };
  const refused = await runProgram({ args: ["local", "--port=0", ...args], env });
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertEquals(
    refused.stderr,
    `molecule-mcp: Cannot open ${dir.at("kept", "platform.db")}: another process has it open\n`,
  );
  await peersOf(await connectionIn(dir));
});
