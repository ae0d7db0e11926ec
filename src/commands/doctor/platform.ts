import { field, isObject } from "../../lib/json.ts";
import { isUnknownPath } from "../../platform/errors/known_answers.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import type { Answer } from "../probe/ask.ts";
import { waitAndRun } from "../probe/network.ts";
import { isPlatform, type PlatformProbe } from "../probe/probe_platform.ts";
import { recordTrouble } from "../probe/record.ts";
import { isAccepted } from "../probe/token_answers.ts";
import { type Finding, findingsOf } from "./finding.ts";

const { ok, skip, warn } = findingsOf("platform");

/** What the platform can do, as far as asking without changing anything shows. */
export function checkPlatform(probe: PlatformProbe): Finding[] {
  const { record, target, tokens, stream, limits } = probe;
  if (!isPlatform(probe)) return [];
  const found = recordTrouble(probe);
  if (found?.area === "platform") return [found];
  return [
    ...abilities(record, limits),
    ...inbox(target, tokens.map(({ answer }) => answer), stream),
    ...requests(probe),
  ];
}

function abilities({ json }: Answer, limits: Answer | undefined): Finding[] {
  const known: string[] = [];
  const perFile = field(limits?.json, "per_file_bytes");
  if (typeof perFile === "number") {
    known.push(`files up to ${Math.floor(perFile / 1024 / 1024)} MiB`);
  }
  const mayBroadcast = field(json, "broadcast_enabled");
  if (typeof mayBroadcast === "boolean") known.push(`broadcasts ${mayBroadcast ? "on" : "off"}`);
  const mayTalk = field(json, "talk_to_user_enabled");
  if (typeof mayTalk === "boolean") known.push(`messages to the user ${mayTalk ? "on" : "off"}`);
  return known.length === 0 ? [] : [ok("abilities", known.join(", "))];
}

function inbox(
  target: PlatformProbe["target"],
  activity: readonly Answer[],
  stream: Answer | undefined,
): Finding[] {
  const findings: Finding[] = [];
  const { origin } = target.url;
  const statuses = activity.map(({ status }) => status);
  if (statuses.includes(200)) {
    findings.push(warn(
      "no_since_id",
      `${origin} is an older platform, which ignores since_id: messages are fetched by time`,
    ));
  } else if (statuses.includes(410)) {
    findings.push(ok("since_id", "messages are fetched since a known one (since_id)"));
  }
  if (stream?.status === 200) {
    const isStream = /event-stream/i.test(stream.headers?.get("content-type") ?? "");
    findings.push(
      isStream
        ? ok("stream", "it announces messages at once (event stream)")
        : warn("no_stream", `${origin} has no event stream: messages arrive at the next poll`),
    );
  } else if (stream?.status === 404 || stream?.error?.kind === "timed_out") {
    findings.push(
      warn("no_stream", `${origin} opens no event stream: messages arrive at the next poll`),
    );
  }
  const limited = [...activity, stream].some((answer) => answer?.status === 429);
  if (limited) {
    const text = `${origin} asks to wait: more than 600 requests came in a minute (429)`;
    findings.push(warn("rate_limited", text, waitAndRun(target)));
  }
  return findings;
}

/** An older platform has none, which keeps nothing else from working. */
function requests(probe: PlatformProbe): Finding[] {
  const { requests, target: { url: { origin } } } = probe;
  // What a refused token is answered says nothing about the platform.
  if (requests === undefined || !isAccepted(probe)) return [];
  const { status, json, error } = requests;
  if (Array.isArray(json)) return [ok("requests", "it takes requests and approvals")];
  if (error && isUnknownPath(error)) {
    const text =
      `${origin} is an older platform, without requests and approvals: agents ask with ` +
      "send_message_to_user or delegate_task";
    return [skip("no_requests", text)];
  }
  // Its own words, not those of something in between.
  if (status !== undefined && status >= 500 && isObject(json)) {
    const words = cleanLine(error?.words ?? "", 80);
    const said = words === undefined ? "" : ` "${words}"`;
    const text = `${origin} fails at requests and approvals (${status}${said}); all else goes on`;
    return [warn("requests_fail", text, waitAndRun(probe.target))];
  }
  const said = status ?? (error?.kind === "timed_out" ? "no answer in time" : "no answer");
  return [
    skip("requests_unknown", `whether it takes requests and approvals is not known (${said})`),
  ];
}
