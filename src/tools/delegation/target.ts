import * as z from "zod/mini";
import { canonicalPeerId } from "../../config/workspace_id.ts";
import { cutText } from "../../lib/cut_text.ts";
import { requiredString, sourceArgument } from "../support/arguments.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/errors.ts";
import type { WorkspaceConnection } from "../support/workspace_router.ts";

/** The arguments of both delegation tools. */
export const targetArguments = z.object({
  workspace_id: requiredString("The peer's id, from list_peers."),
  task: requiredString("What the peer should do."),
  source_workspace_id: sourceArgument("sends it", "the one that sees the peer"),
});

/** Who a task goes to and who sends it. */
export interface DelegationTarget {
  readonly peerId: string;
  readonly task: string;
  readonly source: WorkspaceConnection;
  /** Whether this agent has workspaces other than the one that sends. */
  readonly hasSeveralSources: boolean;
}

/**
 * Reads the arguments that both delegation tools take (tests/README.md, "Delegating and waiting").
 *
 * @throws {ToolInputError}
 */
export function parseTarget(
  toolName: string,
  args: z.output<typeof targetArguments>,
  { router }: ToolContext,
): DelegationTarget {
  const id = args.workspace_id.trim();
  if (id === "" || args.task.trim() === "") {
    throw new ToolInputError("Error: workspace_id and task are required");
  }
  const peerId = canonicalPeerId(id) ?? id.toLowerCase();
  const source = router.route(args.source_workspace_id, peerId);
  if (peerId === source.workspace.id) {
    throw new ToolInputError(
      `Error: cannot ${toolName} to your own workspace: it would wait for itself. Do the work ` +
        "yourself, store notes with commit_memory, or tell the user with send_message_to_user",
    );
  }
  if (canonicalPeerId(id) === undefined) {
    throw new ToolInputError(
      `Error: workspace ${JSON.stringify(cutText(id, 100))} not found or not accessible: ` +
        "workspace_id must be a peer's UUID, as shown by list_peers",
    );
  }
  return { peerId, task: args.task, source, hasSeveralSources: router.list().length > 1 };
}

/** The call that fetches the delegation's result; among several workspaces it names the source. */
export function statusCall(
  { peerId, source, hasSeveralSources }: DelegationTarget,
  delegationId: string,
): string {
  const from = hasSeveralSources ? `, source_workspace_id="${source.workspace.id}"` : "";
  return `check_task_status(workspace_id="${peerId}", task_id="${delegationId}"${from})`;
}
