import { assert, assertEquals } from "@std/assert";
import { type MadeUpRow, madeUpRow, serveRows } from "./made_up_log.ts";
import { isFetch, openMailbox, Stage, type TestMailbox } from "./stage.ts";

const PEER = "11111111-2222-4333-8444-555555555555";

/** Row number n is a peer's message, unless it is in the list. */
function logOf(count: number, ofUser: readonly number[] = []): MadeUpRow[] {
  return Array.from({ length: count }, (_, index) => ({
    ...madeUpRow(index),
    ...(!ofUser.includes(index) && { source_id: PEER }),
  }));
}

const names = (...numbers: number[]) => numbers.map((number) => `message ${number}`);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Pops from the front until nothing waits; returns the texts. */
async function popAll(stage: Stage, { mailbox, queue }: TestMailbox): Promise<string[]> {
  const popped: string[] = [];
  while (true) {
    const [first] = queue.peek(1);
    if (!first) {
      await mailbox.catchUp(stage.signal);
      if (queue.size === 0) return popped;
      continue;
    }
    assert(await mailbox.pop(first.activity_id));
    popped.push(first.text);
  }
}

Deno.test("a queue full of peers' messages does not keep a user's from being fetched", async () => {
  await using stage = await Stage.set();
  serveRows(stage, logOf(700, [650]));
  const box = await openMailbox(stage);
  await box.mailbox.catchUp(stage.signal);
  assertEquals(box.texts(), names(650, ...range(0, 100)));
  assertEquals(await popAll(stage, box), names(650, ...range(0, 650), ...range(651, 700)));
});

Deno.test("rows that were passed over come once, in order, through restarts at any moment", async () => {
  await using stage = await Stage.set();
  const log = logOf(60, [7, 8, 40, 55]);
  serveRows(stage, log);
  const popped: string[] = [];
  for (let life = 0; popped.length < log.length; life++) {
    const { mailbox, queue } = await openMailbox(stage, { capacity: 8 });
    await mailbox.catchUp(stage.signal);
    for (let pop = 0; pop <= life % 5; pop++) {
      const [first] = queue.peek(1);
      if (!first) break;
      assert(await mailbox.pop(first.activity_id));
      popped.push(first.text);
      if (pop === 2) await mailbox.catchUp(stage.signal);
    }
  }
  const users = names(7, 8, 40, 55);
  assertEquals(popped.filter((text) => users.includes(text)), users);
  assertEquals(
    popped.filter((text) => !users.includes(text)),
    names(...range(0, 60)).filter((text) => !users.includes(text)),
  );
});

Deno.test("a peer's message does not overtake one that was passed over", async () => {
  await using stage = await Stage.set();
  const log = logOf(10);
  const stop = serveRows(stage, log);
  const box = await openMailbox(stage, { capacity: 4 });
  await box.mailbox.catchUp(stage.signal);
  assertEquals(box.texts(), names(0, 1, 2, 3));
  for (const { activity_id } of box.queue.peek(1)) await box.mailbox.pop(activity_id);
  stop();
  serveRows(stage, logOf(12));
  await box.mailbox.catchUp(stage.signal);
  assertEquals(box.texts(), names(1, 2, 3), "not 10, which is new");
  assertEquals(await popAll(stage, box), names(...range(1, 12)));
});

Deno.test("room for what was passed over is announced once it is worth a request", async () => {
  await using stage = await Stage.set();
  serveRows(stage, logOf(30));
  let announced = 0;
  const { mailbox, queue } = await openMailbox(stage, {
    capacity: 20,
    onRoom: () => announced++,
  });
  await mailbox.catchUp(stage.signal);
  const announcements: number[] = [];
  for (let pop = 0; pop < 6; pop++) {
    await mailbox.pop(queue.peek(1)[0]?.activity_id ?? "");
    announcements.push(announced);
  }
  assertEquals(announcements, [0, 0, 0, 0, 1, 2]);
});

Deno.test("rows of one instant are passed over and found again, on a platform that skips them", async () => {
  await using stage = await Stage.set();
  const log = range(0, 40).map((index) => ({
    ...madeUpRow(index, 1 + Math.floor(index / 7)),
    source_id: PEER,
  }));
  serveRows(stage, log);
  const popped: string[] = [];
  for (let life = 0; popped.length < log.length && life < 100; life++) {
    const { mailbox, queue } = await openMailbox(stage, { capacity: 6 });
    await mailbox.catchUp(stage.signal);
    for (const { activity_id, text } of queue.peek(2)) {
      assert(await mailbox.pop(activity_id));
      popped.push(text);
    }
  }
  assertEquals(popped, names(...range(0, 40)));
});

Deno.test("a position that is not known any more while rows are passed over loses none of them", async () => {
  await using stage = await Stage.set();
  const log = logOf(40, [30]);
  const stop = serveRows(stage, log);
  const box = await openMailbox(stage, { capacity: 8 });
  await box.mailbox.catchUp(stage.signal);
  const popped: string[] = [];
  for (const { activity_id, text } of box.queue.peek(4)) {
    await box.mailbox.pop(activity_id);
    popped.push(text);
  }
  stop();
  // Retention took what was popped: the pass that catches up stands on such a row.
  const kept = log.filter(({ summary }) => !popped.includes(String(summary)));
  const gone = stage.platform.faults.use((request) =>
    isFetch(request) && request.query.since_id !== undefined &&
      !kept.some(({ id }) => id === request.query.since_id)
      ? Response.json({ error: "since_id cursor not found" }, { status: 410 })
      : undefined
  );
  serveRows(stage, kept);
  popped.push(...await popAll(stage, box));
  gone();
  assertEquals(popped, names(30, ...range(0, 30), ...range(31, 40)));
});

Deno.test("a hundred thousand rows of peers are passed over in bounded memory", async () => {
  await using stage = await Stage.set();
  const log = logOf(100_000, [99_999]);
  const place = new Map(log.map(({ id }, index) => [id, index]));
  stage.platform.faults.use((request) => {
    if (!isFetch(request)) return undefined;
    const from = place.get(request.query.since_id ?? "");
    return Response.json(
      from === undefined ? log.slice(0, 1).reverse() : log.slice(from + 1, from + 501),
    );
  });
  const box = await openMailbox(stage);
  for (let fetch = 0; fetch < 2; fetch++) await box.mailbox.catchUp(stage.signal);
  assertEquals(box.texts(), names(99_999, ...range(0, 100)));
  assert(stage.fetches.length < 205, `${stage.fetches.length} fetches`);
});

Deno.test("a file and its caption ahead of rows that were passed over stay one message", async () => {
  await using stage = await Stage.set();
  const peer = await stage.platform.createWorkspace({ name: "Peer", parentId: stage.id });
  for (let index = 0; index < 6; index++) await stage.sendAsPeer(peer, `p${index}`);
  const files = await stage.platform.uploadAsUser(stage.id, [
    { name: "a.txt", mimeType: "text/plain", content: "a" },
  ]);
  for (let index = 6; index < 9; index++) await stage.sendAsPeer(peer, `p${index}`);
  await stage.platform.sendAsUser(stage.id, "See attached", files);
  const box = await openMailbox(stage, { capacity: 4 });
  await box.mailbox.catchUp(stage.signal);
  assertEquals(box.texts().slice(0, 1), ["See attached"]);
  const popped = await popAll(stage, box);
  assertEquals(popped, ["See attached", ...range(0, 9).map((index) => `p${index}`)]);
});
