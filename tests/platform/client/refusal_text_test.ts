import { assertEquals, assertMatch } from "@std/assert";
import {
  refusalStage,
  type RefusedFacts,
  refusedText,
} from "../../../src/platform/client/refusal_text.ts";

const MINUTES = 60_000;

/** A refusal of a token from the file that has lasted so long. */
function facts(forMs: number, more: Partial<RefusedFacts> = {}): RefusedFacts {
  return {
    answer: "https://acme.example answered 401",
    refusal: {
      since: new Date("2026-05-04T10:20:30.456Z"),
      forMs,
      tried: [
        { source: "file", label: "/state/.auth_token" },
        { source: "inline", label: "MOLECULE_WORKSPACE_TOKEN" },
      ],
    },
    hasToken: true,
    troubleStatus: undefined,
    ...more,
  };
}

Deno.test("the stage changes only when there is something new to say", () => {
  const over = { refusal: undefined };
  assertEquals(refusalStage(facts(0, { ...over, hasToken: false })), "none");
  assertEquals(refusalStage(facts(0, over)), "over");
  assertEquals(refusalStage(facts(0)), "recent");
  assertEquals(refusalStage(facts(5 * MINUTES - 1)), "recent");
  assertEquals(refusalStage(facts(5 * MINUTES)), "lasting");
  assertEquals(refusalStage(facts(60 * MINUTES, { troubleStatus: 503 })), "trouble");
  // The database is away: what is said about one refusal holds for the next.
  assertEquals(refusedText(facts(1)), refusedText(facts(4 * MINUTES)));
});

Deno.test("each stage says what to do, and where the tokens that were tried come from", () => {
  const text = refusedText(facts(1));
  assertMatch(text, /^https:\/\/acme\.example answered 401\. The workspace token was refused/);
  assertMatch(text, /since 2026-05-04 10:20:30 UTC/);
  assertMatch(text, /tried: \.auth_token in [\\/]state, MOLECULE_WORKSPACE_TOKEN\)/);
  assertMatch(text, /wait a few minutes/);
  assertMatch(refusedText(facts(1, { refusal: undefined })), /try again now$/);
  assertMatch(refusedText(facts(1, { troubleStatus: 503 })), /another call with 503\): wait/);
  assertMatch(refusedText(facts(60 * MINUTES)), /a new token may be needed/);
  assertMatch(
    refusedText(facts(1, { refusal: undefined, hasToken: false })),
    /no workspace token to send: set MOLECULE_WORKSPACE_TOKEN/,
  );
});
