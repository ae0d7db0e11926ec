import { assert, assertEquals } from "@std/assert";
import { PeerDirectory } from "../../src/inbox/peer_directory.ts";
import type { FaultOutcome } from "../../src/local/start.ts";
import type { RecordedRequest } from "../../src/local/server/recorder.ts";
import { InboxHarness } from "./inbox_harness.ts";

const TTL_MS = 300_000;

/** A directory with a clock to turn, and a peer that the workspace may see. */
class Directory implements AsyncDisposable {
  nowMs = 0;
  readonly directory: PeerDirectory;

  private constructor(readonly harness: InboxHarness, readonly peerId: string) {
    this.directory = new PeerDirectory({ signal: harness.signal, now: () => this.nowMs });
  }

  static async open(): Promise<Directory> {
    const harness = await InboxHarness.start();
    const { id } = await harness.platform.createWorkspace({
      name: "Ann\u202e",
      role: "analyst",
      parentId: harness.id,
      status: "online",
    });
    return new Directory(harness, id);
  }

  details(peerId = this.peerId) {
    return this.directory.details(peerId, this.harness.client);
  }

  /** What is known once the look-up that this starts is over. */
  async lookedUp(peerId = this.peerId) {
    this.details(peerId);
    return await this.known(peerId);
  }

  /** What is known once it is known. */
  async known(peerId = this.peerId) {
    for (let known = this.details(peerId);; known = this.details(peerId)) {
      if (known) return known;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  get requests(): string[] {
    return this.harness.platform.requests.filter(isLookUp).map(({ path }) => path);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.harness[Symbol.asyncDispose]();
  }
}

Deno.test("an unknown sender is unknown at first and known the next time, without its odd characters", async () => {
  await using test = await Directory.open();
  assertEquals(test.details(), undefined);
  assertEquals(await test.known(), { name: "Ann", role: "analyst" });
  assertEquals(test.requests, [`/registry/${test.harness.id}/peers`]);
});

Deno.test("five messages of one sender make one look-up", async () => {
  await using test = await Directory.open();
  for (let message = 0; message < 5; message++) test.details();
  await test.known();
  test.details();
  assertEquals(test.requests.length, 1);
});

Deno.test("an id in upper case is the same sender; what is not an id is not looked up", async () => {
  await using test = await Directory.open();
  await test.lookedUp();
  assertEquals(test.details(test.peerId.toUpperCase())?.name, "Ann");
  assertEquals(test.details("../../admin"), undefined);
  assertEquals(test.details(""), undefined);
  assertEquals(test.requests.length, 1);
});

Deno.test("a sender that is not in the list is looked up by its id", async () => {
  await using test = await Directory.open();
  const end = test.harness.platform.faults.use(({ path }) =>
    path.endsWith("/peers") ? Response.json([]) : undefined
  );
  assertEquals(await test.lookedUp(), { name: "Ann", role: undefined });
  end();
  assertEquals(test.requests.length, 2);
});

Deno.test("what is known expires after five minutes and is looked up again", async () => {
  await using test = await Directory.open();
  await test.lookedUp();
  test.nowMs = TTL_MS - 1;
  assertEquals(test.details()?.name, "Ann");
  test.harness.platform.store.updateWorkspace(test.peerId, { name: "Anna" });
  test.nowMs = TTL_MS;
  assertEquals(test.details(), undefined);
  assertEquals((await test.known()).name, "Anna");
  assertEquals(test.requests.length, 2);
});

const TROUBLES: readonly (readonly [string, () => FaultOutcome])[] = [
  ["500", () => new Response("{}", { status: 500 })],
  ["a connection cut", () => "drop"],
  ["no JSON", () => new Response("<html></html>")],
  ["no object", () => Response.json("Ann")],
  ["not to be seen", () => Response.json({ error: "not found" }, { status: 404 })],
];

for (const [name, answer] of TROUBLES) {
  Deno.test(`${name}: nothing is known, and that is remembered`, async () => {
    await using test = await Directory.open();
    const end = test.harness.platform.faults.use((request) =>
      isLookUp(request) ? answer() : undefined
    );
    assertEquals(await test.lookedUp(), {});
    end();
    const requests = test.requests.length;
    assertEquals(test.details(), {});
    assertEquals(test.requests.length, requests);
    test.nowMs = TTL_MS;
    assertEquals((await test.lookedUp()).name, "Ann");
  });
}

Deno.test("at most two look-ups are under way, however the messages come, and each has its turn", async () => {
  await using test = await Directory.open();
  let underWay = 0;
  let most = 0;
  const peers = Array.from({ length: 7 }, () => crypto.randomUUID());
  test.harness.platform.faults.use(async (request) => {
    if (!request.path.endsWith("/peers")) return undefined;
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 3));
    underWay -= 1;
    return Response.json(peers.map((id) => ({ id, name: id.slice(0, 4) })));
  });
  // New ones also come at the very moment in which one ends.
  const all = peers.map(async (id) => await test.lookedUp(id));
  for (const [index, known] of (await Promise.all(all)).entries()) {
    assertEquals(known.name, peers[index]?.slice(0, 4));
  }
  assertEquals(most, 2);
});

Deno.test("one that was looked up again counts as the most recent", async () => {
  await using test = await Directory.open();
  const [first = "", ...others] = Array.from({ length: 1_025 }, () => crypto.randomUUID());
  test.harness.platform.faults.use(({ path }) =>
    path.startsWith("/registry/") ? Response.json([{ id: path, name: "x" }]) : undefined
  );
  await test.lookedUp(first);
  test.nowMs = TTL_MS;
  for (const id of others.slice(0, -3)) test.details(id);
  // Not asked for again until the end: that alone would make it the newest.
  test.details(first);
  for (const id of others.slice(-3)) await test.lookedUp(id);
  assert(test.details(first));
  assertEquals(test.details(others[0]), undefined);
  await test.known(others[0]);
});

Deno.test("of more than 1024 senders the one that was not heard of for longest is forgotten", async () => {
  await using test = await Directory.open();
  const peers = Array.from({ length: 1_025 }, () => crypto.randomUUID());
  test.harness.platform.faults.use(({ path }) =>
    path.startsWith("/registry/") ? Response.json([{ id: path, name: "x" }]) : undefined
  );
  const [first, second, ...others] = peers;
  assert(first && second);
  await test.lookedUp(first);
  await test.lookedUp(second);
  for (const id of others.slice(0, -1)) test.details(id);
  await test.known(others.at(-2));
  assert(test.details(first), "used last, so the second one goes");
  await test.lookedUp(others.at(-1));
  assert(test.details(first));
  assertEquals(test.details(second), undefined);
  await test.known(second);
});

Deno.test("the end of the process ends the look-ups", async () => {
  await using test = await Directory.open();
  test.harness.platform.faults.use((request) => isLookUp(request) ? "hang" : undefined);
  const asked = test.harness.platform.nextRequest(isLookUp);
  test.details();
  const { answered } = await asked;
  await test.harness.stop();
  assertEquals(await answered, "hang");
  assertEquals(await test.known(), {});
});

function isLookUp({ path }: RecordedRequest): boolean {
  return path.startsWith("/registry/");
}
