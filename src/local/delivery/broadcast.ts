/**
 * Broadcasts (src/platform/API.md, "Broadcast"): to the whole organisation, as rows of their own
 * type that hold only the beginning of the text.
 *
 * @module
 */
import { organisationOf } from "../access/hierarchy.ts";
import type { PlatformContext } from "../context.ts";
import { insertActivity } from "../state/activity_log.ts";
import type { WorkspaceRow } from "../state/rows.ts";

const SUMMARY_CHARACTERS = 120;

/** Tells every other workspace of the sender's organisation. @returns How many. @throws StoreError */
export function tellOrganisation(
  platform: PlatformContext,
  sender: WorkspaceRow,
  message: string,
): number {
  const { store, events } = platform;
  const organisation = organisationOf(store, sender.id);
  const others = store.workspaces().filter((row) =>
    row.id !== sender.id && row.status !== "removed" &&
    organisationOf(store, row.id) === organisation
  );
  for (const { id } of others) {
    insertActivity(platform, {
      workspaceId: id,
      activityType: "broadcast_receive",
      sourceId: sender.id,
      method: "broadcast",
      summary: `Broadcast from ${sender.name}: ${cutCharacters(message)}`,
    });
    // Only the event holds the whole text: whoever is not listening now never sees it.
    const data = { message, sender_id: sender.id, sender: sender.name };
    events.emit(id, "BROADCAST_MESSAGE", data);
  }
  insertActivity(platform, {
    workspaceId: sender.id,
    activityType: "broadcast_sent",
    sourceId: sender.id,
    method: "broadcast",
    summary: `Broadcast sent to ${others.length} workspace(s)`,
  });
  return others.length;
}

function cutCharacters(text: string): string {
  const characters = [...text];
  return characters.length <= SUMMARY_CHARACTERS
    ? text
    : `${characters.slice(0, SUMMARY_CHARACTERS).join("")}…`;
}
