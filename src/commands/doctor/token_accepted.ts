import { textField } from "../../lib/json.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { isAway } from "./platform.ts";
import { logIn, unsetVariables } from "./next_step.ts";
import type { PlatformProbe, TokenAnswer } from "./probe_platform.ts";

const { ok, skip, warn, fail } = findingsOf("token");

/** How the platform took a token. */
type Verdict = "accepted" | "refused" | "unknown";

/**
 * Whether the platform takes the tokens of one workspace.
 *
 * @param whose of several workspaces: whose tokens they are
 */
export function checkTokenAnswers(
  probe: PlatformProbe,
  { profile, whose = "" }: { readonly profile?: string; readonly whose?: string },
): Finding[] {
  const { tokens, target, record } = probe;
  if (tokens.length === 0) return [];
  const { origin } = target.url;
  if (isAway(record)) {
    const text = `${whose}${origin} cannot tell whether it takes the token: its database is away`;
    return [skip("unknown", text)];
  }
  const verdicts = tokens.map((each) => ({ ...each, verdict: verdictOf(each) }));
  const accepted = verdicts.find(({ verdict }) => verdict === "accepted");
  const refused = verdicts.filter(({ verdict }) => verdict === "refused");
  const next = logIn({ profile });
  if (accepted) {
    const stale = refused.map(({ found }) =>
      warn(
        "stale",
        `${whose}the token in ${found.label} is refused; the one in ${accepted.found.label} is used`,
        found.source === "variable" ? unsetVariables(found.label) : next,
      )
    );
    return [
      ok("accepted", `${whose}${origin} accepts the one in ${accepted.found.label}`),
      ...stale,
    ];
  }
  const [first] = refused;
  if (!first) {
    const status = verdicts[0]?.answer.status;
    const said = status === undefined ? "no answer came" : `it answered ${status}`;
    return [skip("unknown", `${whose}${origin} does not say whether it takes the token: ${said}`)];
  }
  const labels = refused.map(({ found }) => found.label).join(" and ");
  if (first.answer.status === 403) {
    return [fail(
      "organisation",
      `${whose}${origin} refuses the token in ${labels}: it belongs to another organisation`,
      next,
    )];
  }
  return [fail(
    "refused",
    `${whose}${origin} refuses the token in ${labels} (401): it was revoked, rotated, or is another ` +
      "workspace's",
    next,
  )];
}

/** Whether the platform takes any of them. */
export function isAccepted({ tokens }: PlatformProbe): boolean {
  return tokens.some((each) => verdictOf(each) === "accepted");
}

/** Behind the token's check, so that any answer but these proves it (src/platform/API.md, "Tokens"). */
function verdictOf({ answer }: TokenAnswer): Verdict {
  const { status, json } = answer;
  if (status === 401) return "refused";
  if (status === 403) {
    return textField(json, "error")?.startsWith("org token") ? "refused" : "unknown";
  }
  const passed = status === 200 || status === 410 || status === 404 || status === 400;
  return passed ? "accepted" : "unknown";
}
