import { basename, dirname } from "@std/path";
import type { Refusal, TokenCandidate } from "../../auth/token_store.ts";

/** A database is back after this, or somebody knows: only then is a new token worth the trouble. */
const ADVICE_AFTER_MS = 5 * 60_000;

/** How much is known: no token, over, refused only now, trouble of the platform's, for long. */
export type RefusalStage = "none" | "over" | "recent" | "trouble" | "lasting";

/** Which of them it is; the text changes only with it. */
export function refusalStage(
  { refusal, hasToken, troubleStatus }: Omit<RefusedFacts, "answer">,
): RefusalStage {
  if (!refusal) return hasToken ? "over" : "none";
  if (troubleStatus !== undefined) return "trouble";
  return refusal.forMs < ADVICE_AFTER_MS ? "recent" : "lasting";
}

/** What is known when the platform refuses a workspace's token. */
export interface RefusedFacts {
  /** The platform's own words, with the status. */
  readonly answer: string;
  /** `undefined` while a token may be used, or there is none. */
  readonly refusal: Refusal | undefined;
  readonly hasToken: boolean;
  /** The status of another answer of late that speaks of trouble on the platform's side. */
  readonly troubleStatus: number | undefined;
}

/**
 * Says what is known of a refusal and no more: the platform also answers 401 while its database is
 * away. The words stay the same as long as nothing new is known.
 */
export function refusedText(facts: RefusedFacts): string {
  const { answer, refusal, hasToken, troubleStatus } = facts;
  // Another call found one that is taken, while this one was under way.
  if (!refusal && hasToken) return `${answer}. The workspace token was refused; try again now`;
  if (!refusal) {
    return `${answer}. There is no workspace token to send: set MOLECULE_WORKSPACE_TOKEN (canvas, ` +
      "workspace, Tokens tab)";
  }
  const since = `${refusal.since.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const start = `${answer}. The workspace token was refused (since ${since}; tried: ` +
    `${refusal.tried.map(placeOf).join(", ")}). It will be tried again within a minute, and a ` +
    "changed one at once: no restart is needed.";
  switch (refusalStage(facts)) {
    case "trouble":
      return `${start} The platform may be having trouble (it answered another call with ` +
        `${troubleStatus}): wait until that is over before you change the token`;
    case "lasting":
      return `${start} That is long for a temporary problem: a new token may be needed. Create one ` +
        "in the canvas (workspace, Tokens tab) and put it where the old one is";
    default:
      return `${start} The platform also answers like this while its database is away: wait a few ` +
        "minutes. If the token was set just now, check that it is complete and this workspace's";
  }
}

/** What to call the source of a token to a person. */
function placeOf({ source, label }: TokenCandidate): string {
  return source === "file" ? `${basename(label)} in ${dirname(label)}` : label;
}
