import { isObject, textField } from "../../lib/json.ts";
import { type Finding, findingsOf } from "../doctor/finding.ts";
import { logIn, unsetVariables } from "../doctor/next_step.ts";
import type { Answer } from "./ask.ts";
import { networkTrouble, waitAndRun } from "./network.ts";
import type { PlatformProbe } from "./probe_platform.ts";
import { recordTrouble } from "./record.ts";
import { trouble } from "./trouble.ts";

const { ok, skip, warn } = findingsOf("token");

/**
 * Whether the platform takes the tokens of one workspace.
 *
 * @param whose of several workspaces: whose tokens they are
 */
export function checkTokenAnswers(probe: PlatformProbe, whose = ""): Finding[] {
  const { tokens, target, hasToken } = probe;
  const { origin } = target.url;
  const found = recordTrouble(probe);
  if (found && hasToken) {
    const why = found.area === "workspace"
      ? "was not asked about the token: it has no such workspace"
      : found.cause === "platform.database_away"
      ? "cannot tell whether it takes the token: its database is away"
      : "cannot tell whether it takes the token";
    return [skip("unknown", `${whose}${origin} ${why}`)];
  }
  const accepted = tokens.find(({ answer }) => isProof(answer));
  const refused = tokens.filter(({ answer }) => isRefusal(answer));
  if (accepted) {
    const stale = refused.map(({ found: { label, source } }) =>
      warn(
        "stale",
        `${whose}the token in ${label} is refused; the one in ${accepted.found.label} is used`,
        source === "variable" ? unsetVariables(label) : logIn(target),
      )
    );
    return [
      ok("accepted", `${whose}${origin} accepts the one in ${accepted.found.label}`),
      ...stale,
    ];
  }
  const [first] = refused.length > 0 ? refused : tokens;
  if (!first) return [];
  const labels = (refused.length > 0 ? refused : [first]).map(({ found }) => found.label);
  return [tokenTrouble(probe, first.answer, `the token in ${labels.join(" and ")}`, whose)];
}

/**
 * What keeps the platform from taking this token: the first trouble on the way to it.
 *
 * @param named how the token is called in the text
 * @returns undefined when it is taken
 */
export function troubleWith(
  probe: PlatformProbe,
  token: string,
  named = "the token",
): Finding | undefined {
  const before = networkTrouble(probe) ?? recordTrouble(probe);
  if (before) return before;
  const { answer = {} } = probe.tokens.find(({ found }) => found.token === token) ?? {};
  return isProof(answer) ? undefined : tokenTrouble(probe, answer, named);
}

/** Whether the platform takes any of them. */
export function isAccepted({ tokens }: PlatformProbe): boolean {
  return tokens.some(({ answer }) => isProof(answer));
}

function tokenTrouble(
  { target }: PlatformProbe,
  answer: Answer,
  named: string,
  whose = "",
): Finding {
  const { status } = answer;
  const { origin } = target.url;
  if (!isRefusal(answer)) {
    const said = status === undefined ? "no answer came in time" : `it answered ${status}`;
    const text = `${whose}${origin} does not say whether it takes ${named}: ${said}`;
    return trouble("token.unknown", text, waitAndRun(target));
  }
  return status === 403
    ? trouble(
      "token.organisation",
      `${whose}${origin} refuses ${named}: it belongs to another organisation`,
      logIn(target),
    )
    : trouble(
      "token.refused",
      `${whose}${origin} refuses ${named} (401): it was revoked, rotated, or is another workspace's`,
      logIn(target),
    );
}

/** Behind the token's check, so that its own answers prove it (src/platform/API.md, "Tokens"). */
function isProof({ status, json, headers }: Answer): boolean {
  if (status === 200) return /json/i.test(headers?.get("content-type") ?? "");
  return (status === 400 || status === 404 || status === 410) && isObject(json);
}

function isRefusal({ status, json }: Answer): boolean {
  return status === 401 ||
    (status === 403 && (textField(json, "error")?.startsWith("org token") ?? false));
}
