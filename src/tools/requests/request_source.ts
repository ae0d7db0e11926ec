import { getRequest, type RequestThread } from "../../platform/api/requests.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/errors.ts";
import type { RequestSide, WorkspaceConnection } from "../support/workspace_router.ts";
import { parseRequestId } from "./arguments.ts";

/** A request and the workspace that acts on it. */
export interface RequestTarget {
  readonly requestId: string;
  readonly source: WorkspaceConnection;
}

/**
 * The request that a tool names, and the workspace that it belongs to: the tool's argument, else the
 * one through which it was seen, else the one that can read it.
 *
 * @param side the side of the request that the call needs
 * @throws {ToolInputError} when no workspace of this process can read it
 */
export async function requestTarget(
  args: { readonly request_id: string; readonly source_workspace_id?: string | undefined },
  context: ToolContext,
  side?: RequestSide,
): Promise<RequestTarget> {
  const { router } = context;
  const requestId = parseRequestId(args.request_id);
  const named = args.source_workspace_id?.trim() || undefined;
  const source = named === undefined
    ? router.requestSource(requestId, side) ?? arrivalOf(requestId, context)
    : router.route(named);
  if (source) return { requestId, source };
  if (router.list().length === 1) return { requestId, source: router.primary };
  await lookInAll(requestId, context);
  const found = router.requestSource(requestId, side);
  if (found) return { requestId, source: found };
  throw new ToolInputError(
    `Error: none of your workspaces has a request ${requestId}. check_requests and list_inbox show ` +
      "them, with source_workspace_id those of another workspace",
  );
}

/** The workspace at which a waiting message about the request arrived. */
function arrivalOf(
  requestId: string,
  { inbox, router }: ToolContext,
): WorkspaceConnection | undefined {
  const about = inbox.peek(Infinity).find(({ request_id }) => request_id === requestId);
  return router.list().find(({ workspace }) => workspace.id === about?.arrival_workspace_id);
}

/**
 * Asks every workspace for the request.
 *
 * @throws {PlatformError} when none has it and one cannot tell
 */
async function lookInAll(requestId: string, { router, signal }: ToolContext): Promise<void> {
  const looks = await Promise.allSettled(
    router.list().map(async (connection): Promise<[RequestThread, WorkspaceConnection]> => [
      await getRequest(connection.client, requestId, signal),
      connection,
    ]),
  );
  const found = looks.flatMap((look) => look.status === "fulfilled" ? [look.value] : []);
  for (const [{ request }, connection] of found) router.rememberRequest(request, connection);
  if (found.length > 0) return;
  for (const look of looks) {
    if (look.status === "rejected" && !isElsewhere(look.reason)) throw look.reason;
  }
}

/** Whether the error says that the request is not this workspace's. */
function isElsewhere(error: unknown): boolean {
  return error instanceof PlatformError &&
    ["not_found", "forbidden", "not_routed"].includes(error.kind);
}
