import { canonicalPeerId } from "../../config/workspace_id.ts";
import { field, textField } from "../../lib/json.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import type { Delivery } from "./delivery.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { isAway } from "./platform.ts";
import { isPlatform, type PlatformProbe } from "./probe_platform.ts";
import { isAccepted } from "./token_accepted.ts";
import { countText } from "../support/count_text.ts";

const { ok, warn, fail } = findingsOf("workspace");
const MAX_NAME = 60;
const NEW_TOKEN = "molecule-mcp auth login";

/**
 * The workspace as the platform has it.
 *
 * @param delivery who delivers here: what the platform says of it should fit
 */
export function checkWorkspace(probe: PlatformProbe, delivery: Delivery): Finding[] {
  const { record, target: { id, url: { origin } } } = probe;
  if (id === undefined || !isPlatform(record) || isAway(record)) {
    // A platform that never saw such an id fails in its own ways.
    return id !== undefined && isAway(record) && canonicalPeerId(id) === undefined
      ? [noId(id)]
      : [];
  }
  const { status, json } = record;
  if (status === 400) return [noId(id)];
  if (status === 404) {
    return [
      fail("absent", `${origin} has no workspace ${id}`, "Copy WORKSPACE_ID from the canvas"),
    ];
  }
  if (status === 410 || textField(json, "status") === "removed") {
    const at = cleanLine(textField(json, "removed_at") ?? "", 20);
    return [fail(
      "removed",
      `workspace ${id} was removed from ${origin}${at ? ` (${at.slice(0, 10)})` : ""}`,
      `Make a new one in the canvas, then run: ${NEW_TOKEN}`,
    )];
  }
  if (status !== 200) return [];
  return [...described(json), ...liveness(json, delivery), ...mode(json), ...peers(probe)];
}

function noId(id: string): Finding {
  const text =
    `${id} is not a workspace id, which is a UUID such as 3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101`;
  return fail("no_id", text, "Copy WORKSPACE_ID from the canvas");
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
function liveness(json: unknown, delivery: Delivery): Finding[] {
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
  if (delivers && status !== "online" && status !== "degraded") {
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
