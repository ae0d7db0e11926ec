import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  nextPollMs,
  type PollConditions,
  returnMs,
} from "../../../src/inbox/fetching/poll_schedule.ts";

const HOUR_MS = 3_600_000;
/** What the reference does in an hour, every 5 s. */
const REFERENCE_PER_HOUR = 720;
const idle: PollConditions = { waiting: false, streaming: false, failures: 0, workspaceCount: 1 };
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const situation = fc.record({
  waiting: fc.boolean(),
  streaming: fc.boolean(),
  failures: fc.nat(40),
  workspaceCount: fc.integer({ min: 1, max: 100 }),
}, { requiredKeys: ["waiting", "streaming", "failures", "workspaceCount"] });

Deno.test("an idle hour never has more fetches than the reference's, whatever fails in it", () => {
  fc.assert(fc.property(
    fc.boolean(),
    fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
    random,
    (streaming, outcomes, chance) => {
      let fetches = 0;
      let failures = 0;
      for (let timeMs = 0; timeMs < HOUR_MS;) {
        failures = outcomes[fetches++ % outcomes.length] ? 0 : failures + 1;
        timeMs += nextPollMs({ ...idle, streaming, failures }, chance);
      }
      assert(fetches <= REFERENCE_PER_HOUR, `${fetches} fetches`);
    },
  ));
});

Deno.test("the rates are upper bounds: jitter only ever adds, and at most 30 %", () => {
  const least = (fields: Partial<PollConditions>) => nextPollMs({ ...idle, ...fields }, 0);
  assertEquals(least({}), 5_000);
  assertEquals(least({ waiting: true }), 800);
  assertEquals(least({ streaming: true }), 30_000);
  assertEquals(least({ streaming: true, waiting: true }), 5_000);
  fc.assert(fc.property(situation, random, (given, chance) => {
    const actual = nextPollMs(given, chance);
    const bound = nextPollMs(given, 0);
    assert(actual >= bound && actual <= bound * 1.3 + 1e-6, `${actual} for ${bound}`);
  }));
});

Deno.test("waiting workspaces share four fetches a second, and are never slower than idle ones", () => {
  for (let workspaceCount = 1; workspaceCount <= 20; workspaceCount++) {
    const perSecond = workspaceCount * 1000 /
      nextPollMs({ ...idle, waiting: true, workspaceCount }, 0);
    assert(perSecond <= 4 + 1e-9, `${workspaceCount} workspaces: ${perSecond} a second`);
  }
  fc.assert(fc.property(situation, random, (given, chance) => {
    const waitingMs = nextPollMs({ ...given, waiting: true }, chance);
    assert(waitingMs <= nextPollMs({ ...given, waiting: false }, chance));
  }));
});

Deno.test("while somebody waits and only polling can bring it, a message takes 600 ms in the middle", () => {
  const medianMs = nextPollMs({ ...idle, waiting: true }, 0.5) / 2;
  assert(medianMs < 600, `${medianMs} ms`);
});

Deno.test("each failure in a row doubles the pause, up to a minute", () => {
  const pauses = Array.from(
    { length: 9 },
    (_, index) => nextPollMs({ ...idle, streaming: true, failures: index + 1 }, 0) / 1000,
  );
  assertEquals(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  const silent = { ...idle, failures: 1 };
  assertEquals(nextPollMs(silent, 0), 5_000, "not faster than success without the stream");
});

Deno.test("Retry-After is a lower bound, up to ten minutes", () => {
  fc.assert(fc.property(situation, random, fc.nat(3_600_000), (given, chance, retryAfterMs) => {
    fc.pre(given.failures > 0);
    const pauseMs = nextPollMs({ ...given, retryAfterMs }, chance);
    assert(pauseMs >= Math.min(retryAfterMs, 600_000));
    assert(pauseMs <= 660_000);
  }));
});

Deno.test("while somebody waits a failed fetch is repeated within 5 s, as the reference does", () => {
  fc.assert(fc.property(situation, random, (given, chance) => {
    const pauseMs = nextPollMs({ ...given, waiting: true, workspaceCount: 1 }, chance);
    assert(given.failures === 0 || pauseMs <= 5_000, `${pauseMs} ms`);
  }));
});

Deno.test("after a sign of life the next fetches spread over less than 5 s", () => {
  assertEquals([returnMs(0), returnMs(0.5)], [0, 2_000]);
  fc.assert(fc.property(random, (chance) => assert(returnMs(chance) < 5_000)));
});
