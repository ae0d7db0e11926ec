import { type AcceptedDelegation, listDelegations } from "../../platform/api/delegations.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import type { WorkspaceConnection } from "../support/workspace_router.ts";

const MAX_STATUS_LENGTH = 40;

/**
 * The note for a delegation that the platform answered with an old one: that nothing was sent, how
 * old that one is, what state it is in, and how to have the task done again.
 */
export async function duplicateNote(
  { delegationId, status }: AcceptedDelegation,
  connection: WorkspaceConnection,
  signal: AbortSignal,
): Promise<string> {
  const row = await rowOf(delegationId, connection, signal);
  const age = ageText(row?.created_at);
  const state = cleanLine(row?.status ?? status, MAX_STATUS_LENGTH) ?? "unknown";
  return `This exact task was delegated before (${age}; state: ${state}). This is that delegation; ` +
    "nothing new was sent. To have the task done again, change its wording, for example by adding " +
    "the date and time.";
}

async function rowOf(id: string, connection: WorkspaceConnection, signal: AbortSignal) {
  try {
    const rows = await listDelegations(connection.client, signal);
    return rows.find(({ delegation_id }) => delegation_id === id);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return undefined; // The note then says "at an unknown time".
  }
}

function ageText(createdAt: string | undefined): string {
  const ageMs = Date.now() - Date.parse(createdAt ?? "");
  if (Number.isNaN(ageMs)) return "at an unknown time";
  const minutes = Math.max(0, Math.round(ageMs / 60_000));
  if (minutes < 1) return "less than a minute ago";
  if (minutes < 120) return `${minutes} ${minutes === 1 ? "minute" : "minutes"} ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}
