import { assertEquals } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { broadcast, notifyUser } from "../../../src/platform/api/messages.ts";
import { fixture, fixtureResponse } from "../fixtures.ts";
import { clientAt, failureOf, jsonServer, TestServer, TOKEN, WORKSPACE_ID } from "../support.ts";

const signal = AbortSignal.timeout(60_000);
const FILE = { uri: "platform-pending:w/f", name: "a.csv", mimeType: "text/csv", size: 3 };

Deno.test("a message to the user arrives on the canvas", async () => {
  await using platform = await startLocalPlatform();
  await platform.createWorkspace({ id: WORKSPACE_ID, name: "Scout" });
  await platform.createToken(WORKSPACE_ID, TOKEN);
  await notifyUser(clientAt(platform.url), "All done", [], signal);
  assertEquals(platform.userMessages(WORKSPACE_ID).map(({ message }) => message), ["All done"]);
});

Deno.test("attachments go along as the upload returned them, and are left out when there are none", async () => {
  await using server = jsonServer({ status: "sent" });
  await notifyUser(clientAt(server.url), "with", [FILE], signal);
  await notifyUser(clientAt(server.url), "without", [], signal);
  assertEquals(server.received.map(({ body }) => JSON.parse(body)), [
    { message: "with", attachments: [FILE] },
    { message: "without" },
  ]);
});

Deno.test("a workspace that may not write to the user: forbidden, with the platform's words", async () => {
  await using server = new TestServer(() => fixtureResponse(fixture("notify-403")));
  const failure = await failureOf(notifyUser(clientAt(server.url), "m", [], signal));
  assertEquals(failure.kind, "forbidden");
  assertEquals(Reflect.get(Object(failure.body), "error"), "talk_to_user_disabled");
});

Deno.test("a web page or nothing at all is not a confirmation", async () => {
  for (const body of ["<html>", "", "[]"]) {
    await using server = new TestServer(() => new Response(body));
    const client = clientAt(server.url);
    for (const attempt of [notifyUser(client, "m", [], signal), broadcast(client, "m", signal)]) {
      const failure = await failureOf(attempt);
      assertEquals([failure.kind, failure.maybeDelivered], ["malformed", true]);
    }
  }
});

Deno.test("a broadcast says to how many it went, when the platform says so", async () => {
  await using counting = jsonServer({ delivered: 3 });
  assertEquals(await broadcast(clientAt(counting.url), "m", signal), 3);
  assertEquals(counting.received[0]?.target, `/workspaces/${WORKSPACE_ID}/broadcast`);
  assertEquals(JSON.parse(counting.received[0]?.body ?? ""), { message: "m" });
  await using silent = jsonServer({ delivered: "3" });
  assertEquals(await broadcast(clientAt(silent.url), "m", signal), undefined);
});
