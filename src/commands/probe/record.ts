import { canonicalPeerId } from "../../config/workspace_id.ts";
import { isObject, textField } from "../../lib/json.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import type { Answer } from "./ask.ts";
import type { Finding } from "../doctor/finding.ts";
import { leadTo } from "../support/next_step.ts";
import { setUpCommand } from "../support/profile_flag.ts";
import { waitAndRun } from "./network.ts";
import { isPlatform, type PlatformProbe } from "./probe_platform.ts";
import { again, trouble } from "./trouble.ts";

/** What it says when its database is away (src/platform/API.md, "When the database is away"). */
const AWAY =
  /^(query|lookup|registration) failed$|failed to update|datastore|database|cannot verify/;

/** Whether the platform's own answer says that it has trouble. */
function isAway({ status, json }: Answer): boolean {
  return status !== undefined && status >= 500 && isObject(json);
}

/** Why the platform, which was reached, does not show the workspace; undefined where it does. */
export function recordTrouble(probe: PlatformProbe): Finding | undefined {
  const { record, target } = probe;
  const { id, url: { origin } } = target;
  if (!isPlatform(probe)) return undefined;
  const { status, json } = record;
  const said = cleanLine(record.error?.words ?? "", 80);
  const quoted = said === undefined ? "" : ` "${said}"`;
  if (isAway(record)) {
    // A platform that never saw such an id fails in its own ways.
    if (id !== undefined && canonicalPeerId(id) === undefined) return noId(id);
    const wait = leadTo("Wait a few minutes, then", again(target));
    const text = `${origin} has trouble of its own (${status}${quoted})`;
    return AWAY.test(said ?? "")
      ? trouble(
        "platform.database_away",
        `${text}: its database is away, and it refuses every token meanwhile`,
        wait,
      )
      : trouble("platform.trouble", text, wait);
  }
  if (status === 429) {
    const text = `${origin} asks to wait: more than 600 requests came in a minute (429)`;
    return trouble("platform.rate_limited", text, waitAndRun(target));
  }
  if (id === undefined) return undefined;
  if (status === 410 || textField(json, "status") === "removed") {
    const at = cleanLine(textField(json, "removed_at") ?? "", 20);
    return trouble(
      "workspace.removed",
      `workspace ${id} was removed from ${origin}${at ? ` (${at.slice(0, 10)})` : ""}`,
      leadTo("Make a new one in the canvas, then", setUpCommand(target.profile)),
    );
  }
  if (status === 200) return undefined;
  if (status === 400 && canonicalPeerId(id) === undefined) return noId(id);
  if (status === 404) {
    return trouble(
      "workspace.absent",
      `${origin} has no workspace ${id}`,
      "Copy WORKSPACE_ID from the canvas",
    );
  }
  return trouble(
    "platform.unexpected",
    `${origin} answers ${status}${quoted} where the platform shows the workspace to anybody: something ` +
      "in between, or another program",
    "Compare PLATFORM_URL with the address of the platform's API in the canvas",
  );
}

function noId(id: string): Finding {
  const text =
    `${id} is not a workspace id, which is a UUID such as 3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101`;
  return trouble("workspace.no_id", text, "Copy WORKSPACE_ID from the canvas");
}
