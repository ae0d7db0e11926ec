import { assertEquals, assertMatch } from "@std/assert";
import { testTeam } from "./test_workspace.ts";
import { STDERR, UnreadProcess } from "./unread_process.ts";
import { NOT_LINUX, testUnless } from "../support/test_unless.ts";

const ENDS: [what: string, end: (server: UnreadProcess) => Promise<void>][] = [
  ["the end of stdin", (server) => server.closeInput()],
  ["SIGTERM", (server) => Promise.resolve(server.kill("SIGTERM"))],
];

for (const [kind, shell] of Object.entries(STDERR)) {
  for (const [what, end] of ENDS) {
    testUnless(NOT_LINUX, {
      name: `stderr that is ${kind}: every tool answers, and ${what} ends it with 0`,
      fn: async () => {
        await using team = await testTeam();
        const { platform } = team;
        const registered = platform.nextRequest(({ path }) => path === "/registry/register");
        await using server = UnreadProcess.start(
          { ...team.env, MOLECULE_MCP_VERBOSE: "1" },
          shell,
        );
        await server.initialize();
        await (await registered).answered; // Told in a line.
        for (let id = 0; id < 3; id++) {
          await server.send({ id, method: "tools/call", params: { name: "list_peers" } });
          assertMatch(await server.answer(id), /Researcher/);
        }
        await end(server);
        assertEquals(await server.ended(), 0);
      },
    });
  }
}

testUnless(NOT_LINUX, {
  name: "stderr that is read late: the lines are there",
  fn: async () => {
    await using team = await testTeam();
    await using server = UnreadProcess.start(
      { ...team.env, MOLECULE_MCP_VERBOSE: "1" },
      STDERR.full,
    );
    await server.initialize();
    await server.send({ id: 1, method: "tools/call", params: { name: "list_peers" } });
    await server.answer(1);
    await server.stderrWith(`[molecule-mcp] Registered workspace ${team.id}`);
    await server.closeInput();
    assertEquals(await server.ended(), 0);
  },
});

testUnless(NOT_LINUX, {
  name: "stderr that is full: without settings it ends with 2 all the same",
  fn: async () => {
    await using server = UnreadProcess.start({}, STDERR.full);
    assertEquals(await server.ended(), 2);
  },
});
