import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { InboxMessage } from "../../src/inbox/message.ts";
import type { InboxService } from "../../src/inbox/inbox.ts";
import { startInbox } from "../../src/inbox/start_inbox.ts";
import { clientFor, InboxHarness } from "./inbox_harness.ts";

const PATIENCE_MS = 60_000;

Deno.test("users and peers: who wrote, and how the message came", async () => {
  await using harness = await InboxHarness.start();
  const peer = await harness.platform.createWorkspace({ name: "Ann", parentId: harness.id });
  const inbox = start(harness);
  await harness.send("from the user");
  await harness.sendAsPeer(peer, "from a peer");
  const [user, agent] = await messages(inbox, harness, 2);
  assertEquals([user?.kind, user?.peer_id, user?.agent_card_url], ["canvas_user", "", undefined]);
  assertEquals([agent?.kind, agent?.peer_id], ["peer_agent", peer.id]);
  assertEquals([user?.arrival_workspace_id, user?.method], [undefined, "message/send"]);
});

Deno.test("a message waits until it is popped; an unknown id removes nothing", async () => {
  await using harness = await InboxHarness.start();
  const inbox = start(harness);
  await harness.send("a", "b");
  const [first, second] = await messages(inbox, harness, 2);
  assertEquals((await inbox.wait(0, harness.signal))?.text, "a");
  assertEquals(await inbox.pop(crypto.randomUUID()), false);
  assertEquals(await inbox.pop(first?.activity_id ?? ""), true);
  assertEquals(await inbox.pop(first?.activity_id ?? ""), false);
  assertEquals(inbox.peek(10).map(({ text }) => text), ["b"]);
  assert(second);
});

Deno.test("without the platform's peer info the registry's is added, once it is known", async () => {
  await using harness = await InboxHarness.start({ activityExtras: false });
  const peer = await harness.platform.createWorkspace({
    name: "Ann",
    role: "analyst",
    parentId: harness.id,
  });
  const inbox = start(harness);
  await harness.sendAsPeer(peer, "hello");
  const [bare] = await messages(inbox, harness, 1);
  assertEquals([bare?.peer_name, bare?.peer_role], [undefined, undefined]);
  assertEquals(bare?.agent_card_url, `${harness.platform.url}/registry/discover/${peer.id}`);
  let message = bare;
  while (message?.peer_name === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    [message] = inbox.peek(1);
  }
  assertEquals([message.peer_name, message.peer_role], ["Ann", "analyst"]);
  assertEquals(await inbox.wait(0, harness.signal), message);
  const lookUps = harness.platform.requests.filter(({ path }) => path.startsWith("/registry/"));
  assertEquals(lookUps.length, 1);
});

Deno.test("what the row itself says of its sender wins, and nobody is asked", async () => {
  await using harness = await InboxHarness.start();
  const peer = await harness.platform.createWorkspace({
    name: "Ann",
    role: "analyst",
    parentId: harness.id,
  });
  const inbox = start(harness);
  await harness.sendAsPeer(peer, "hello");
  const [message] = await messages(inbox, harness, 1);
  assertEquals([message?.peer_name, message?.peer_role], ["Ann", "analyst"]);
  assertEquals(harness.platform.requests.some(({ path }) => path.startsWith("/registry/")), false);
});

Deno.test("each message is pushed once to each client, those of before it too", async () => {
  await using harness = await InboxHarness.start();
  const inbox = start(harness);
  await harness.send("before");
  await messages(inbox, harness, 1);
  const pushed: string[] = [];
  const push = ({ text }: InboxMessage) => void pushed.push(text);
  inbox.deliverTo(push);
  await harness.send("after");
  const [first] = await messages(inbox, harness, 2);
  assertEquals(pushed, ["before", "after"]);
  assertEquals(inbox.peek(10).length, 2, "a push acknowledges nothing");
  await inbox.pop(first?.activity_id ?? "");
  pushed.length = 0;
  inbox.deliverTo(push);
  assertEquals(pushed, ["after"], "a client that comes anew has what was not popped");
});

Deno.test("a client without push gets none, and the inbox works anyway", async () => {
  await using harness = await InboxHarness.start();
  const inbox = start(harness);
  inbox.deliverTo(undefined);
  await harness.send("a");
  assertEquals((await messages(inbox, harness, 1)).length, 1);
});

Deno.test("a push that throws stops nothing", async () => {
  await using harness = await InboxHarness.start();
  const inbox = start(harness);
  await harness.send("a");
  await messages(inbox, harness, 1);
  inbox.deliverTo(() => {
    throw new Error("the pipe is closed");
  });
  await harness.send("b", "c");
  assertEquals((await messages(inbox, harness, 3)).map(({ text }) => text), ["a", "b", "c"]);
  // Told once: the same for each of three messages is one trouble.
  assertEquals(harness.lines.filter((line) => line.includes("the pipe is closed")).length, 1);
});

Deno.test("several workspaces: one queue, each message says where it arrived and is popped there", async () => {
  await using harness = await InboxHarness.start();
  const other = await harness.platform.createWorkspace({ name: "Other", deliveryMode: "poll" });
  const clients = [
    harness.client,
    clientFor(harness.platform, { ...other, stateDir: harness.stateDir }),
  ];
  const begin = () => start(harness, { clients });
  const inbox = begin();
  await harness.send("first");
  await messages(inbox, harness, 1);
  await harness.platform.sendAsUser(other.id, "second");
  await messages(inbox, harness, 2);
  await harness.send("third");
  const all = await messages(inbox, harness, 3);
  assertEquals(
    all.map(({ text, arrival_workspace_id }) => [text, arrival_workspace_id]),
    [["first", harness.id], ["second", other.id], ["third", harness.id]],
  );
  for (const { activity_id } of all.slice(0, 2)) assertEquals(await inbox.pop(activity_id), true);
  await inbox.end();
  const [left] = await messages(begin(), harness, 1);
  assertEquals(left?.text, "third");
});

Deno.test("an upload that the agent made itself is not a message", async () => {
  await using harness = await InboxHarness.start();
  const inbox = start(harness);
  const stopped = harness.platform.faults.use(({ path }) =>
    path.endsWith("/activity") ? new Response(null, { status: 500 }) : undefined
  );
  const [file] = await harness.platform.uploadAsUser(harness.id, [{ name: "a", content: "a" }]);
  inbox.rememberSentFile(file?.uri ?? "");
  stopped();
  await harness.send("b");
  assertEquals((await messages(inbox, harness, 1)).map(({ text }) => text), ["b"]);
});

Deno.test("who delivers is said: this process, another one, or why nobody does", async () => {
  await using harness = await InboxHarness.start();
  const first = start(harness);
  assertEquals(await first.unavailable(), undefined);
  const second = start(harness);
  const text = await second.unavailable() ?? "";
  assertMatch(text, new RegExp(`^Error: process ${Deno.pid} delivers .*every other tool works`));
  assertEquals(second.peek(10), []);

  const missing = join(harness.stateDir, "missing");
  const third = start(harness, { stateDir: missing });
  assertStringIncludes(await third.unavailable() ?? "", "Error: Cannot receive messages");

  // The second has the lock before the test ends: the wait for it cannot be called off.
  await first.end();
  while (await second.unavailable() !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
});

Deno.test("switched off it says how to switch it on, and asks nobody", async () => {
  await using harness = await InboxHarness.start();
  const inbox = start(harness, { enabled: false });
  assertStringIncludes(await inbox.unavailable() ?? "", "MOLECULE_MCP_DISABLE_INBOX");
  inbox.deliverTo(() => {});
  inbox.rememberSentFile("x");
  assertEquals(
    [inbox.peek(1), await inbox.wait(0, harness.signal), await inbox.pop("x")],
    [[], undefined, false],
  );
  // Nothing is asked, so there is nothing to wait for, and no trouble.
  await inbox.asked(PATIENCE_MS, harness.signal);
  inbox.signOfLife(harness.id);
  assertEquals(inbox.problemOf(harness.id), undefined);
  assertEquals(harness.platform.requests.length, 0);
  await inbox.close();
});

Deno.test("it waits until the platform was asked, and no longer than the given time", async () => {
  await using harness = await InboxHarness.start();
  const answer = Promise.withResolvers<void>();
  const away = harness.platform.faults.use(async ({ path }) => {
    if (!path.endsWith("/activity")) return undefined;
    await answer.promise;
    return new Response(null, { status: 503 });
  });
  const inbox = start(harness);
  await inbox.asked(1, harness.signal);
  assert(inbox.problemOf(harness.id)?.kind !== "failing", "nobody knows yet");
  const asked = inbox.asked(PATIENCE_MS, harness.signal);
  answer.resolve();
  await asked;
  assertEquals(inbox.problemOf(harness.id)?.kind, "failing");
  assertEquals(inbox.problemOf(crypto.randomUUID()), undefined, "that is no workspace here");
  away();
  // What another call has heard of the platform ends the pause after the failure.
  await harness.send("a");
  inbox.signOfLife(harness.id);
  assertEquals((await messages(inbox, harness, 1)).map(({ text }) => text), ["a"]);
  assertEquals(inbox.problemOf(harness.id), undefined);
});

interface Started extends InboxService {
  /** Ends it before the harness is disposed of. */
  end(): Promise<void>;
}

/** An inbox for the harness's workspace or these, until it is ended or the harness is disposed of. */
function start(
  harness: InboxHarness,
  { enabled = true, stateDir = harness.stateDir, clients = [harness.client] } = {},
): Started {
  const stop = new AbortController();
  const inbox = startInbox({
    enabled,
    stateDir,
    multiWorkspace: clients.length > 1,
    clients,
    log: harness.log,
    signal: AbortSignal.any([harness.signal, stop.signal]),
  });
  harness.signal.addEventListener("abort", () => harness.runs(inbox.close()));
  const end = async () => {
    stop.abort();
    await inbox.close();
  };
  return Object.assign(inbox, { end });
}

/** The waiting messages once there are so many. */
async function messages(
  inbox: InboxService,
  harness: InboxHarness,
  count: number,
): Promise<readonly InboxMessage[]> {
  while (inbox.peek(count).length < count) {
    await inbox.wait(PATIENCE_MS, harness.signal);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return inbox.peek(count);
}
