import { field, textField } from "../../lib/json.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import type { Delivery } from "./delivery.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { isPlatform, type PlatformProbe } from "../probe/probe_platform.ts";
import { recordTrouble } from "../probe/record.ts";
import { isAccepted } from "../probe/token_answers.ts";
import { countText } from "../support/count_text.ts";

const { ok, warn } = findingsOf("workspace");
const MAX_NAME = 60;

/**
 * The workspace as the platform has it.
 *
 * @param delivery who delivers here: what the platform says of it should fit
 */
export function checkWorkspace(probe: PlatformProbe, delivery: Delivery): Finding[] {
  const { record, target: { id } } = probe;
  if (id === undefined || !isPlatform(probe)) return [];
  const found = recordTrouble(probe);
  if (found) return found.area === "workspace" ? [found] : [];
  const { json } = record;
  return [...described(json), ...liveness(probe, delivery), ...mode(json), ...peers(probe)];
}

function described(json: unknown): Finding[] {
  const name = shown(json, "name") ?? "without a name";
  const facts = [
    ["role", shown(json, "role")],
    ["status", shown(json, "status")],
    ["parent", shown(json, "parent_id") ?? "none"],
  ].filter(([, value]) => value !== undefined).map((pair) => pair.join(" "));
  return [ok("present", `"${name}": ${facts.join(", ")}`)];
}

/** What the platform thinks of the workspace, and what is seen here. */
function liveness(probe: PlatformProbe, delivery: Delivery): Finding[] {
  const { json } = probe.record;
  const status = textField(json, "status");
  const delivers = delivery.state === "held";
  if (status === "paused") {
    return [warn("paused", "it is paused: no message reaches it", "Resume it in the canvas")];
  }
  if (status === "online" && delivery.state === "free") {
    return [warn(
      "elsewhere",
      "it is online, but no server of this state directory delivers for it: another machine, user or " +
        "state directory does, or did a moment ago",
    )];
  }
  // With a token that is refused, no heartbeat can arrive: that is told already.
  const isRefused = probe.tokens.length > 0 && !isAccepted(probe);
  if (delivers && !isRefused && status !== "online" && status !== "degraded") {
    return [warn(
      "not_online",
      `a server runs here, but the platform has it as ${shown(json, "status") ?? "unknown"}: its ` +
        "heartbeats do not arrive",
      "Restart your MCP client",
    )];
  }
  return [];
}

/** No version says which mode it is in; only one that is called has an address. */
function mode(json: unknown): Finding[] {
  if (textField(json, "url") === undefined) return [];
  return [warn(
    "push_mode",
    "it has an address of its own, so another program has registered it to be called (push mode); the " +
      "next start here changes that",
  )];
}

function peers(probe: PlatformProbe): Finding[] {
  const { peers, target: { url: { origin } } } = probe;
  if (peers === undefined || !isAccepted(probe)) return [];
  if (!Array.isArray(peers.json)) {
    if (peers.status === 401) return []; // The first token is stale; another one was accepted.
    const said = peers.status === undefined ? "no answer" : `${peers.status}`;
    return [warn("no_peers", `${origin} does not list the peers (${said})`)];
  }
  const count = peers.json.length;
  if (count > 0) return [ok("peers", countText(count, "peer"))];
  return [warn(
    "alone",
    "it has no peers: only workspaces with the same parent, its parent and its children are",
    "Give it a parent in the canvas",
  )];
}

/** A text of the record, as a terminal may show it. */
function shown(json: unknown, name: string): string | undefined {
  return typeof field(json, name) === "string"
    ? cleanLine(textField(json, name) ?? "", MAX_NAME)
    : undefined;
}
