import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { programCommand } from "./program.ts";
import { RawProcess, unlessHanging } from "./raw_process.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";
import { EMULATED, NO_PARENT_WATCH, NO_SIGNALS, testUnless } from "../support/test_unless.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

const PARENT = fromFileUrl(new URL("parent_process.ts", import.meta.url));

const ENDS: [what: string, end: (server: RawProcess) => Promise<void>][] = [
  ["the end of stdin", (server) => server.closeInput()],
  ["SIGTERM", (server) => Promise.resolve(server.kill("SIGTERM"))],
  ["SIGINT", (server) => Promise.resolve(server.kill("SIGINT"))],
  ["SIGHUP", (server) => Promise.resolve(server.kill("SIGHUP"))],
];

const isTask = ({ path }: { path: string }) => path.endsWith("/a2a");

/** Two calls that take long: one waits in this process, the other for the platform. */
async function startLongCalls(server: RawProcess, { platform, peerId }: TestTeam): Promise<void> {
  await server.ask("tools/call", { name: "wait_for_message", arguments: { timeout_secs: 60 } });
  const delegated = platform.nextRequest(isTask);
  platform.faults.use((request) => isTask(request) ? "hang" : undefined);
  await server.ask("tools/call", {
    name: "delegate_task",
    arguments: { workspace_id: peerId, task: "Take your time" },
  });
  await unlessHanging(delegated, "The task");
  assertEquals((await server.request("ping")).result, {});
}

/** Nothing but the files that are meant to stay. */
async function assertNoLeftovers(stateDir: string): Promise<void> {
  for await (const { name } of Deno.readDir(stateDir)) assertNotMatch(name, /tmp|temp/i);
}

for (const [what, end] of ENDS) {
  testUnless(what === "the end of stdin" ? undefined : NO_SIGNALS, {
    name: `${what} ends it with 0, and leaves nothing behind`,
    fn: async () => {
      await using team = await testTeam();
      await using server = RawProcess.start(team.env);
      const registered = team.platform.nextRequest(({ path }) => path === "/registry/register");
      await server.initialize();
      await (await unlessHanging(registered, "The registration")).answered;
      await end(server);
      assertEquals(await server.ended(), { code: 0, stderr: "" });
      await assertNoLeftovers(team.stateDir);
    },
  });

  testUnless(what === "the end of stdin" ? undefined : NO_SIGNALS, {
    name: `${what} ends it with 0 while a message is awaited and a task is out`,
    fn: async () => {
      await using team = await testTeam();
      await using server = RawProcess.start(team.env);
      await server.initialize();
      await startLongCalls(server, team);
      await end(server);
      assertEquals(await server.ended(), { code: 0, stderr: "" });
      await assertNoLeftovers(team.stateDir);
    },
  });
}

testUnless(EMULATED, "requests that were piped in are answered before it ends", async () => {
  await using team = await testTeam();
  await using server = RawProcess.start(team.env);
  await server.initialize();
  const id = await server.ask("tools/call", { name: "list_peers", arguments: {} });
  await server.closeInput();
  assertMatch(JSON.stringify(await server.received((message) => message.id === id)), /Researcher/);
  assertEquals((await server.ended()).code, 0);
});

testUnless(NO_SIGNALS, "SIGTERM ends it while the platform hangs", async () => {
  await using team = await testTeam();
  team.platform.faults.use(() => "hang");
  const asked = team.platform.nextRequest(({ path }) => path === "/registry/register");
  await using server = RawProcess.start(team.env);
  await server.initialize();
  await unlessHanging(asked, "The registration");
  server.kill("SIGTERM");
  assertEquals(await server.ended(), { code: 0, stderr: "" });
});

Deno.test("when its client is killed it is gone, since nothing holds its stdin open any more", async () => {
  await using team = await testTeam();
  await using client = startBelow("piped", team);
  await client.initialize();
  await startLongCalls(client, team);
  client.kill("SIGKILL");
  // The server holds the stdout that it got from its parent for as long as it lives.
  await client.silent();
});

for (const busy of [false, true]) {
  testUnless(NO_PARENT_WATCH, {
    name: `when its parent is killed it is gone, though stdin stays open${
      busy ? ", in mid-work" : ""
    }`,
    fn: async () => {
      await using team = await testTeam();
      await using parent = startBelow("inherited", team);
      await parent.initialize();
      if (busy) await startLongCalls(parent, team);
      parent.kill("SIGKILL");
      // The server holds the stdout that it got from its parent for as long as it lives.
      await parent.silent();
      await assertNoLeftovers(team.stateDir);
    },
  });
}

/** Starts a parent that starts the program, and hands its own stdin on or makes it one. */
function startBelow(stdin: "inherited" | "piped", { env }: TestTeam): RawProcess {
  return RawProcess.start(env, [
    ...[denoCommand(), "run", "--quiet", "--allow-run", "--no-lock", PARENT],
    ...stdin === "piped" ? [stdin] : [],
    ...programCommand(),
  ]);
}
