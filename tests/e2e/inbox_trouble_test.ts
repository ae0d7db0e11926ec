import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testWorkspace } from "./test_workspace.ts";
import { ServerProcess } from "./server_process.ts";
import { processTest } from "./whole_process.ts";

const ANSWERS: readonly [what: string, answer: () => Response, words: string][] = [
  ["a 502", () => new Response("Bad Gateway", { status: 502 }), "answered 502"],
  ["an empty 404", () => new Response(null, { status: 404 }), "answered 404 (an empty answer)"],
  [
    "a web page",
    () => new Response("<!doctype html><p>Sign in", { headers: { "Content-Type": "text/html" } }),
    "a list of activity rows",
  ],
  [
    "a 401",
    () => Response.json({ error: "invalid workspace auth token" }, { status: 401 }),
    "answered 401",
  ],
];

for (const [what, answer, words] of ANSWERS) {
  processTest(
    `${what} in place of messages is told by peek and wait, until it is over`,
    async () => {
      await using workspace = await testWorkspace();
      const { platform, id, env } = workspace;
      const end = platform.faults.use(({ path }) =>
        /\/(activity|stream)$/.test(path) ? answer() : undefined
      );
      await using server = await ServerProcess.start(env);
      // From the first call on: nothing was heard yet is no empty inbox.
      for (const tool of ["inbox_peek", "wait_for_message"]) {
        const text = await failure(server, tool, { timeout_secs: 1 });
        assertStringIncludes(text, words);
      }
      end();
      await platform.sendAsUser(id, "back");
      // A refused token is tried again after a while, which is the token's own matter.
      let text = "";
      while (text !== "back") {
        text = await server.call("wait_for_message", { timeout_secs: 30 })
          .then((message) => JSON.parse(message).text, () => "");
      }
      assertEquals(JSON.parse(await server.call("inbox_peek")).length, 1);
    },
  );
}

processTest("a state directory that cannot be used is reported at once", async () => {
  await using workspace = await testWorkspace();
  // A directory in place of the lock file.
  await Deno.mkdir(`${workspace.stateDir}/.mcp_inbox_lock_${workspace.id}`);
  await using server = await ServerProcess.start(workspace.env);
  for (const tool of ["inbox_peek", "wait_for_message"]) {
    assertStringIncludes(await failure(server, tool, {}), "to be a regular file or absent");
  }
});

processTest("an inbox that was asked and is empty is a plain answer", async () => {
  await using workspace = await testWorkspace();
  await using server = await ServerProcess.start(workspace.env);
  assertEquals(await server.call("inbox_peek"), "[]");
  const waited = JSON.parse(await server.call("wait_for_message", { timeout_secs: 0.2 }));
  assertEquals([waited.timeout, waited.problem], [true, undefined]);
});

processTest("what is at hand is shown along with the trouble", async () => {
  await using workspace = await testWorkspace();
  const { platform, id, env } = workspace;
  await using server = await ServerProcess.start(env);
  await platform.sendAsUser(id, "at hand");
  await server.call("wait_for_message", { timeout_secs: 20 });
  platform.faults.use(({ path }) =>
    path.endsWith("/activity") ? new Response("Bad Gateway", { status: 502 }) : undefined
  );
  let peeked = JSON.parse(await server.call("inbox_peek"));
  while (peeked.problem === undefined) {
    // Each wait, though it has its message at once, and each event has the platform asked.
    await platform.sendAsUser(id, "more");
    await new Promise((resolve) => setTimeout(resolve, 50));
    peeked = JSON.parse(await server.call("inbox_peek"));
  }
  assertStringIncludes(peeked.problem, `Cannot fetch messages of workspace ${id}`);
  assertEquals(peeked.messages[0].text, "at hand");
  const waited = JSON.parse(await server.call("wait_for_message"));
  assertEquals(waited.text, "at hand");
  assert(waited.problem.includes("answered 502"));
});

async function failure(
  server: ServerProcess,
  tool: string,
  args: Record<string, unknown>,
): Promise<string> {
  const text = await server.call(tool, tool === "inbox_peek" ? {} : args)
    .then((answer) => `no failure: ${answer}`, String);
  assertStringIncludes(text, "Error: ");
  return text;
}
