import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sleep } from "../../../src/lib/sleep.ts";
import { Play } from "../../../src/local/play/play.ts";
import {
  DELETION,
  DRAFT,
  FINDING,
  prose,
  QUESTION,
  WRITING_TASK,
} from "../../../src/local/play/script.ts";
import { STEPS } from "../../../src/local/play/steps.ts";
import type { PlayView } from "../../../src/local/page/protocol.ts";
import type { LocalPlatform } from "../../../src/local/start.ts";
import { Browser, type Events, startPage } from "../page/browser.ts";

interface Stage extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly you: string;
  readonly play: Play;
  readonly browser: Browser;
  readonly events: Events;
}

/** A platform with a page, a play without pauses, and a browser that listens. */
async function stage(pause = () => Promise.resolve()): Promise<Stage> {
  const play = new Play({ pause });
  assertEquals([play.view().state, play.start()], ["none", false]);
  const { platform, you } = await startPage({ play }, { allowLoopbackUrls: true });
  play.attach(platform);
  const browser = await Browser.open(platform);
  const events = await browser.listen();
  return {
    platform,
    you: you.id,
    play,
    browser,
    events,
    [Symbol.asyncDispose]: async () => {
      await events[Symbol.asyncDispose]();
      await play[Symbol.asyncDispose]();
      await platform.close();
    },
  };
}

/** What the page is told of the play, to its end. */
async function toTheEnd(events: Events): Promise<PlayView[]> {
  const views: PlayView[] = [];
  for (;;) {
    const { play } = await events.of("play");
    views.push(play);
    if (play.state === "done" || play.state === "failed") return views;
  }
}

Deno.test("the page is told step by step, the user is answered, and it can be played again", async () => {
  await using s = await stage();
  const first = await s.events.of("snapshot");
  assertEquals(first.snapshot.play, { state: "ready", step: 0, steps: STEPS.length, text: "" });
  for (let performance = 1; performance <= 2; performance++) {
    assertEquals((await s.browser.post("play")).status, 202);
    const views = await toTheEnd(s.events);
    assertEquals(views.at(-1), {
      state: "done",
      step: STEPS.length,
      steps: STEPS.length,
      text: "Every step held.",
    });
    assertEquals(views.slice(1, -1).map(({ text }) => text), STEPS.map(({ text }) => text));
    const lead = s.platform.store.workspaces().find(({ name }) => name === "Stage lead");
    assert(lead);
    const answers = s.platform.userMessages(lead.id).map(({ message }) => message);
    assertEquals(answers, Array(performance).fill(prose(WRITING_TASK)));
    assertEquals(s.platform.store.liveTokens(lead.id).length, 1);
    assertEquals([lead.activeTasks, lead.currentTask], [0, ""]);
  }
});

Deno.test("the piece is seen in the chat and on the map, away from the user's own workspace", async () => {
  await using s = await stage();
  await s.browser.post("play");
  const said: string[] = [];
  const tasks = new Set<string>();
  for (;;) {
    const event = await s.events.next();
    assert(event);
    if (event.type === "message") said.push(`${event.message.from}: ${event.message.text}`);
    if (event.type === "workspace") tasks.add(event.workspace.currentTask);
    if (event.type === "play" && event.play.state === "done") break;
  }
  assertEquals(said, [`user: ${QUESTION}`, `agent: ${prose(WRITING_TASK)}`]);
  assert(tasks.has("Looking up the tides"));
  assertEquals(s.platform.activity(s.you), []);
});

Deno.test("while it plays it is not started a second time", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using s = await stage(() => promise);
  assertEquals((await s.browser.post("play")).status, 202);
  assertEquals((await s.browser.post("play")).status, 409);
  resolve();
  await s.play.idle();
  assertEquals(s.play.view().state, "done");
});

Deno.test("the draft is deleted when somebody has approved it, and kept when somebody said no", async () => {
  const drafts = ({ platform }: Stage) =>
    platform.store.memories().filter(({ content }) => content === DRAFT).length;
  const decided = Promise.withResolvers<void>();
  let pauses = 0;
  // Before the last step of the second time, somebody decides.
  await using s = await stage(async () => {
    if (++pauses === 2 * STEPS.length) await decided.promise;
  });
  await s.browser.post("play");
  assertEquals((await toTheEnd(s.events)).at(-1)?.state, "done");
  const [approved] = s.platform.store.requests({ limit: 9 });
  assertEquals([approved?.title, approved?.status], [DELETION, "approved"]);
  assertEquals(drafts(s), 0);

  await s.browser.post("play");
  const { request: { id } } = await s.events.of("request");
  const no = await s.browser.post(`requests/${id}/respond`, { action: "rejected" });
  assertEquals(no.status, 204);
  decided.resolve();
  assertEquals((await toTheEnd(s.events)).at(-1)?.state, "done");
  assertEquals(drafts(s), 1);
});

Deno.test("a step that fails is named, and after that it can be played again", async () => {
  await using s = await stage();
  const off = s.platform.faults.use(({ path }) =>
    path.endsWith("/memories") ? Response.json({ error: "no disk" }, { status: 500 }) : undefined
  );
  await s.browser.post("play");
  const failed = (await toTheEnd(s.events)).at(-1);
  assertEquals([failed?.state, failed?.step], ["failed", 5]);
  assertEquals(s.platform.store.workspaces().filter(({ activeTasks }) => activeTasks > 0), []);
  assertMatch(
    failed?.text ?? "",
    /^Step 5 \(“The researcher has found it.*answered 500: no disk\.$/,
  );
  off();
  await s.browser.post("play");
  assertEquals((await toTheEnd(s.events)).at(-1)?.state, "done");
});

Deno.test("what somebody wrote to a stage's agent before is no part of the piece", async () => {
  await using s = await stage();
  await s.browser.post("play");
  await toTheEnd(s.events);
  const lead = s.platform.store.workspaces().find(({ name }) => name === "Stage lead");
  await s.platform.sendAsUser(lead?.id ?? "", "Something else");
  await s.browser.post("play");
  assertEquals((await toTheEnd(s.events)).at(-1)?.state, "done");
});

Deno.test("agents that are not let in end it before its first step", async () => {
  await using s = await stage();
  s.platform.faults.use(({ path }) => path === "/registry/register" ? "drop" : undefined);
  await s.browser.post("play");
  const failed = (await toTheEnd(s.events)).at(-1);
  assertEquals([failed?.state, failed?.step], ["failed", 0]);
  assertStringIncludes(failed?.text ?? "", "did not let Stage lead in");
});

Deno.test("a play that is ended in the middle leaves nothing", async () => {
  const inTheMiddle = Promise.withResolvers<void>();
  let pauses = 0;
  const play = new Play({
    async pause(signal) {
      if (++pauses < 5) return;
      inTheMiddle.resolve();
      await sleep(60_000, signal);
    },
  });
  const { platform } = await startPage({ play }, { allowLoopbackUrls: true });
  play.attach(platform);
  assert(play.start());
  await inTheMiddle.promise;
  await play[Symbol.asyncDispose]();
  assertEquals([play.view().state, play.start()], ["failed", false]);
  await platform.close();
});

Deno.test("the writer's sentence has all that was found", () => {
  for (const part of FINDING.split("; ")) assertStringIncludes(prose(WRITING_TASK), part);
});
