import type { Applicable } from "./scenarios.ts";
import type { Check } from "./suite.ts";
import { cutText } from "../../src/lib/cut_text.ts";

/** A violation of the schema quotes the whole message. */
const SHOWN_CHARACTERS = 400;

/**
 * What is wrong with a scenario's checks: one that failed or warned and is not an exception, or an
 * exception that was not needed. A check that occurs several times counts by its worst result.
 */
export function objections(
  checks: readonly Check[],
  except: Applicable["except"] = {},
): string[] {
  const bad = checks.filter(({ status }) => status === "FAILURE" || status === "WARNING");
  const unexpected = bad.filter(({ id }) => !Object.hasOwn(except, id))
    .map(({ id, status, errorMessage, description }) =>
      cutText(
        `${status} ${id}: ${errorMessage ?? description ?? "no reason given"}`,
        SHOWN_CHARACTERS,
      )
    );
  const stale = Object.keys(except).filter((id) => !bad.some((check) => check.id === id))
    .map((id) => `${id} is listed as an exception, but did not fail`);
  // A scenario that looked at nothing proves nothing.
  const empty = checks.some(({ status }) => status === "SUCCESS") ? [] : ["no check succeeded"];
  return [...unexpected, ...stale, ...empty];
}
