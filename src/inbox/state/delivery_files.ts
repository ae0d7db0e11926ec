import { join } from "@std/path";

/** The files of one workspace's delivery state. */
export interface DeliveryFiles {
  /**
   * The reference's cursor file: the id of a row, nothing else (tests/README.md, "Files in the
   * state directory").
   */
  readonly cursor: string;
  /** A cursor file of the reference to start from while there is none of our own. */
  readonly legacyCursor?: string;
  /** What the cursor alone cannot say (src/inbox/state/delivery_snapshot.ts). */
  readonly state: string;
  /** Which requests were handled (src/inbox/requests/handled_requests.ts). */
  readonly requests: string;
  /** Which decisions were told (src/inbox/requests/told_decisions.ts). */
  readonly decisions: string;
  /** The lock file, which only one process may hold. */
  readonly lock: string;
}

const CURSOR = ".mcp_inbox_cursor";
const STATE = ".mcp_inbox_state";
const REQUESTS = ".mcp_inbox_requests";
const DECISIONS = ".mcp_inbox_decisions";
const LOCK = ".mcp_inbox_lock";
/** How many characters of an id the reference puts in the file name. */
const LEGACY_ID_LENGTH = 8;

/**
 * The file names for a workspace. A single workspace uses the reference's own cursor file. Several
 * have files named with their whole ids (the reference's 8 characters may collide), and each starts
 * from the reference's file if that can only be its own.
 *
 * @param workspaceIds every workspace of this process, when there are several
 */
export function deliveryFiles(
  stateDir: string,
  workspaceId: string,
  workspaceIds: readonly string[] | undefined,
): DeliveryFiles {
  // These always name their workspace: two single workspaces may share a state directory, and
  // finding the other's cursor file must not cost this one its own state.
  const lock = join(stateDir, `${LOCK}_${workspaceId}`);
  const state = join(stateDir, `${STATE}_${workspaceId}`);
  const requests = join(stateDir, `${REQUESTS}_${workspaceId}`);
  const decisions = join(stateDir, `${DECISIONS}_${workspaceId}`);
  const own = { state, requests, decisions, lock };
  if (workspaceIds === undefined) return { cursor: join(stateDir, CURSOR), ...own };
  const prefix = workspaceId.slice(0, LEGACY_ID_LENGTH);
  const isUnambiguous = workspaceId !== prefix &&
    workspaceIds.filter((id) => id.startsWith(prefix)).length === 1;
  return {
    cursor: join(stateDir, `${CURSOR}_${workspaceId}`),
    legacyCursor: isUnambiguous ? join(stateDir, `${CURSOR}_${prefix}`) : undefined,
    ...own,
  };
}
