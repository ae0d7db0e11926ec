import type { Party } from "../../platform/api/requests.ts";
import { peerLine } from "../../safety/untrusted/untrusted_text.ts";
import { displayName } from "../delegation/result_text.ts";
import type { ToolContext } from "../support/context.ts";

/** An id that the platform did not make may be anything. */
const MAX_ID_LENGTH = 64;

/** Who asks, is asked, decided or wrote, in our own words. */
export function partyName({ type, id }: Party, { router }: Pick<ToolContext, "router">): string {
  if (type === "user") return "the user";
  if (router.isOwn(id)) return router.list().length === 1 ? "you" : `you (workspace ${id})`;
  const shown = peerLine(id, MAX_ID_LENGTH);
  if (shown === undefined) return "a peer";
  const name = router.peerName(id);
  return name === id.slice(0, 8)
    ? `the peer ${shown}`
    : `the peer ${displayName(name, id).replace(/^peer /, "")} (${shown})`;
}
