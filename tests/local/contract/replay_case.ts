/**
 * The replay of one example exchange.
 *
 * @module
 */
import type { ServerVersion } from "../../../src/local/start.ts";
import type { PlatformStore } from "../../../src/local/state/store.ts";
import { type Answer, readAnswer } from "../support.ts";
import { fixtureBaseUrl, type FixtureCase, ids } from "./fixtures.ts";
import { FIXTURE_NOW, type Replay, World } from "./world.ts";

/** In examples that show them: the third request of its window. */
const EARLIER_REQUESTS = 2;

/** Replays an example on a world of its own. @param store Default: in memory */
export async function replayCase(
  example: FixtureCase,
  replay: Replay,
  version: ServerVersion,
  store?: PlatformStore,
): Promise<{ answer: Answer; baseUrl: string; events: string[] }> {
  await using world = await World.start(replay, version, store);
  await replay.arrange?.(world);
  const { url: baseUrl } = world.platform;
  const asked = replay.request?.(example) ?? example;
  const headers = new Headers();
  for (const [name, value] of Object.entries(asked.request.headers)) {
    headers.set(name, value.replaceAll(fixtureBaseUrl, baseUrl));
  }
  if ("X-RateLimit-Remaining" in (asked.response.headers ?? {})) {
    await ageRateLimit(world, headers);
  }
  world.clock.nowMs = Math.max(world.clock.nowMs, Date.parse(replay.now ?? FIXTURE_NOW));
  for (const operation of replay.storeFails ?? []) world.flaky.failing.add(operation);
  const end = replay.databaseAway && world.platform.faults.database();
  const events: string[] = [];
  world.platform.onEvent(ids.self, ({ type }) => events.push(type));
  const response = await fetch(baseUrl + asked.request.path, {
    method: asked.request.method,
    headers,
    body: bodyOf(asked, headers),
  });
  const answer = await readAnswer(response);
  if (example.events) await world.platform.idle();
  end?.();
  return { answer, baseUrl, events };
}

async function ageRateLimit(world: World, headers: Headers): Promise<void> {
  for (let i = 0; i < EARLIER_REQUESTS; i++) {
    await readAnswer(await fetch(`${world.platform.url}/health`, { headers: keyOf(headers) }));
  }
}

/** The headers by which the rate limit tells callers apart. */
function keyOf(headers: Headers): Headers {
  const names = ["Authorization", "X-Molecule-Org-Id"];
  return new Headers(names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  }));
}

function bodyOf({ request }: FixtureCase, headers: Headers): BodyInit | null {
  if (!request.multipart) {
    if (request.body === null) return null;
    return typeof request.body === "string" ? request.body : JSON.stringify(request.body);
  }
  headers.delete("Content-Type"); // fetch sets it, with its own boundary.
  const form = new FormData();
  for (const { name, filename, contentType, bytes } of request.multipart) {
    form.append(name, new File([new Uint8Array(bytes)], filename, { type: contentType }));
  }
  return form;
}
