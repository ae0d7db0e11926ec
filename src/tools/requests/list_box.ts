import * as z from "zod/mini";
import {
  LISTED_REQUESTS,
  listRequests,
  type PlatformRequest,
} from "../../platform/api/requests.ts";
import { optionalString } from "../support/arguments.ts";
import type { ToolContext } from "../support/context.ts";
import type { ToolResult } from "../support/define_tool.ts";
import { parseStatuses, requestSourceArgument } from "./arguments.ts";
import { requestLine, requestView } from "./request_view.ts";

/** The arguments of both lists. */
export const listArguments = z.object({
  status: optionalString(
    "open, pending, info_requested, done, approved, rejected or cancelled; default: all.",
  ),
  source_workspace_id: requestSourceArgument,
});

/** What both return. */
export const listSchema = z.object({
  requests: z.array(z.any()),
  note: z.string(),
});

/**
 * The requests that the workspace raised, or those that are addressed to it, the newest first.
 *
 * @throws {ToolInputError} for a status that there is not
 */
export async function listBox(
  box: "raised" | "inbox",
  args: z.output<typeof listArguments>,
  context: ToolContext,
): Promise<ToolResult<z.input<typeof listSchema>>> {
  const statuses = parseStatuses(args.status);
  const { router, signal } = context;
  const source = router.route(args.source_workspace_id);
  const lists = await Promise.all(
    (statuses.length === 0 ? [undefined] : statuses)
      .map((status) => listRequests(source.client, box, status, signal)),
  );
  const found = newestFirst(lists.flat());
  for (const request of found) router.rememberRequest(request, source);
  const requests = found.map((request) => requestView(request, context));

  const asked = args.status?.trim().toLowerCase() ?? "";
  const id = source.workspace.id;
  const whose = box === "raised" ? `raised by workspace ${id}` : `addressed to workspace ${id}`;
  const which = `${whose}${asked === "" ? "" : `, status ${asked}`}`;
  const others = router.list().length > 1
    ? "; source_workspace_id names another of your workspaces"
    : "";
  const notes = [
    requests.length === 0
      ? `There are no requests ${which}${others}.`
      : `Requests ${which}, the newest first${others}:`,
    ...(lists.some((list) => list.length >= LISTED_REQUESTS)
      ? [
        `Only the ${LISTED_REQUESTS} newest${
          lists.length > 1 ? " of each status" : ""
        } are shown: the platform lists no more. Ask for one status to see others.`,
      ]
      : []),
  ];
  const [first = "", ...more] = notes;
  return {
    text: [first, ...requests.map(requestLine), ...more].join("\n"),
    structured: { requests: requests.map((view) => ({ ...view })), note: notes.join(" ") },
  };
}

/** Each list is in order already; two of them may hold a request that changed in between. */
function newestFirst(requests: readonly PlatformRequest[]): PlatformRequest[] {
  const byId = new Map(requests.map((request) => [request.id, request]));
  return [...byId.values()].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}
