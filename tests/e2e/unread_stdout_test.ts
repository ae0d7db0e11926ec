import { assert, assertEquals, assertMatch } from "@std/assert";
import { field } from "../../src/lib/json.ts";
import { RawProcess, textOf, unlessHanging } from "./raw_process.ts";
import { testTeam } from "./test_workspace.ts";
import { UnreadProcess } from "./unread_process.ts";
import { NOT_LINUX, testUnless } from "../support/test_unless.ts";

const MIB = 1024 * 1024;

const ping = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`;

/** Pings as one piece of text. */
function pings(from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => ping(from + index)).join("");
}

/** Writes pings without reading an answer, until the program takes no more. */
async function fillUp(server: UnreadProcess): Promise<{ sent: number; rest: Promise<void> }> {
  const each = 10_000;
  for (let sent = each;; sent += each) {
    const writing = server.write(pings(sent - each, each));
    writing.catch(() => {}); // It may end while this one is still to be taken.
    const stopped = Symbol();
    const { promise: waited, resolve } = Promise.withResolvers<typeof stopped>();
    const timer = setTimeout(() => resolve(stopped), 1_000);
    const outcome = await Promise.race([writing, waited]);
    clearTimeout(timer);
    if (outcome === stopped) return { sent, rest: writing };
    assert(sent < 1_000_000, "It takes all, whether or not anybody reads");
  }
}

testUnless(NOT_LINUX, {
  name: "stdout that nobody reads: stdin is read no further, memory stays, then all is answered",
  fn: async () => {
    await using team = await testTeam();
    await using server = UnreadProcess.start(team.env);
    await server.initialize();
    const before = await server.memoryBytes();
    const { sent, rest } = await fillUp(server);
    // 47 to 59 MiB, by when V8 collects; what is not bounded grows by hundreds.
    assert(await server.memoryBytes() - before < 120 * MIB);
    assertMatch(await server.answer(sent - 1), /"result":\{\}/);
    await rest;
    await server.closeInput();
    assertEquals(await server.ended(), 0);
  },
});

const ENDS: [what: string, end: (server: UnreadProcess) => Promise<void>][] = [
  ["SIGTERM", (server) => Promise.resolve(server.kill("SIGTERM"))],
  ["the end of its reader", (server) => server.closeOutput()],
];
for (const [what, end] of ENDS) {
  testUnless(NOT_LINUX, {
    name: `stdout that nobody reads: ${what} ends it with 0`,
    fn: async () => {
      await using team = await testTeam();
      await using server = UnreadProcess.start(team.env);
      await server.initialize();
      await fillUp(server);
      await end(server);
      assertEquals(await server.ended(), 0);
    },
  });
}

Deno.test("a reader of stdout that is gone ends it with 0, without a word", async () => {
  await using team = await testTeam();
  await using server = UnreadProcess.start(team.env);
  await server.initialize();
  const stderr = server.allStderr();
  await server.closeOutput();
  // The first answer may still be taken by the system.
  for (let id = 0; id < 100 && !server.isOver; id++) {
    await server.write(ping(id)).catch(() => {}); // It ends while this is sent.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assertEquals([await server.ended(), await stderr], [0, ""]);
});

Deno.test("stdout that nobody reads: the end of stdin ends it with 0", async () => {
  await using team = await testTeam();
  await using server = UnreadProcess.start(team.env);
  await server.initialize();
  await server.write(pings(0, 15_000)); // More answers than are taken on, fewer lines than are read ahead.
  await server.closeInput();
  assertEquals(await server.ended(), 0);
});

Deno.test("a reader that takes a few bytes at a time gets every answer", async () => {
  await using team = await testTeam();
  await using server = UnreadProcess.start(team.env);
  await server.initialize();
  const writing = server.write(pings(0, 5_000));
  for (let id = 0; id < 5_000; id++) {
    assertEquals(JSON.parse(await server.line(() => true, 7)), { jsonrpc: "2.0", id, result: {} });
  }
  await writing;
});

Deno.test("64 calls and more that wait hold no other call up, and can be cancelled", async () => {
  await using team = await testTeam();
  await using server = RawProcess.start(team.env);
  await server.initialize();
  const wait = { name: "wait_for_message", arguments: { timeout_secs: 300 } };
  const ids: number[] = [];
  for (let i = 0; i < 300; i++) ids.push(await server.ask("tools/call", wait));
  const peers = await server.request("tools/call", { name: "list_peers" });
  assertMatch(textOf(peers), /Researcher/);
  for (const requestId of ids) {
    await server.send({ method: "notifications/cancelled", params: { requestId } });
  }
  assertMatch(textOf(await server.request("tools/call", { name: "list_peers" })), /Researcher/);
});

Deno.test("calls without end are refused, each with an error that says what to do", async () => {
  await using team = await testTeam({ recordRequests: false });
  await using server = RawProcess.start(team.env);
  await server.initialize();
  const wait = { name: "wait_for_message", arguments: { timeout_secs: 300 } };
  const ids: number[] = [];
  for (let i = 0; i < 1_100; i++) ids.push(await server.ask("tools/call", wait));
  const refused = await server.received(({ id }) => id === ids.at(-1));
  assertEquals(field(refused.error, "code"), -32000);
  assertMatch(textOf(refused), /^Too many calls: 1064 have no answer yet\. Wait for some/);
  assertEquals((await server.request("ping")).result, {});
  for (const requestId of ids) {
    await server.send({ method: "notifications/cancelled", params: { requestId } });
  }
  const peers = await server.request("tools/call", { name: "list_peers" });
  assertMatch(textOf(peers), /Researcher/);
});

Deno.test("16 MB of empty lists, four times at once, stall nothing; nor do 100,000 levels", async () => {
  await using team = await testTeam();
  await using server = RawProcess.start(team.env);
  await server.initialize();
  const lists = `[${"[],".repeat(16 * MIB / 3)}[]]`;
  const levels = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const toolCall = (json: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_peers","arguments":{"a":${json}}}}`;
  for (const json of [lists, lists, lists, lists, levels]) {
    await server.sendLine(toolCall(json));
    const refused = await server.received(({ id }) => id === null);
    assertMatch(textOf(refused), /^Message refused: it (?:holds more|is nested deeper) than/);
  }
  // The same in an answer of the platform.
  for (const json of [lists.slice(0, 15 * MIB).replace(/,?\[?$/, "]"), levels]) {
    const end = team.platform.faults.use(({ path }) =>
      path.endsWith("/peers") ? new Response(json) : undefined
    );
    const calls = [1, 2, 3, 4].map(() => server.request("tools/call", { name: "list_peers" }));
    assertEquals((await server.request("ping")).result, {});
    for (const answer of await unlessHanging(Promise.all(calls), "The answers")) {
      assertMatch(textOf(answer), /sent an answer that is not/);
    }
    end();
  }
  assertMatch(textOf(await server.request("tools/call", { name: "list_peers" })), /Researcher/);
});
