import { canonicalPeerId } from "../../config/workspace_id.ts";
import type { InboxMessage } from "../../inbox/message.ts";
import { isUuid } from "../../lib/uuid.ts";

/** The lines around a message about a request. */
export interface RequestFrame {
  readonly header: readonly string[];
  readonly hint: readonly string[];
}

/** Each value is one of our own words or an id. */
export function requestAttributes(
  { request_id, request_kind, decision, by }: InboxMessage,
): Record<string, string> {
  return {
    ...(request_id !== undefined && isUuid(request_id) && { request_id }),
    ...(request_kind !== undefined && { request_kind }),
    ...(decision !== undefined && { decision }),
    ...(by !== undefined && { by }),
  };
}

/**
 * Who asks, decided or wrote, in our own words; what others wrote stands below (src/inbox/README.md,
 * "Requests").
 *
 * @param peerHeader how a header names the peer that the message is from
 */
export function requestFrame(message: InboxMessage, peerHeader: () => string): RequestFrame {
  const { kind, by, request_kind: asked } = message;
  const id = isUuid(message.request_id ?? "") ? message.request_id : undefined;
  const writer = by === "user" ? "canvas user" : by === "agent" ? peerHeader() : "the platform";
  const header = (from: string, what: string) => [
    `[from ${[from, what, ...(id === undefined ? [] : [`request_id=${id}`])].join(" · ")}]`,
  ];
  const call = (tool: string, rest: string) => `${tool}({request_id: "${id}", ${rest}})`;
  switch (kind) {
    case "request_decision":
      return { header: header("the platform", decisionText(message)), hint: [] };
    case "request":
      return {
        header: header(writer, asked === "approval" ? "asks for an approval" : "asks for a task"),
        hint: id === undefined ? [] : [
          `↩ Reply: ${
            call("respond_request", `action: "${asked === "approval" ? "approved" : "done"}"`)
          }, or action "rejected"`,
        ],
      };
    case "request_closed":
      return { header: header("the platform", `${asked ?? "request"} is closed`), hint: [] };
    default:
      return {
        header: header(
          writer,
          by === undefined
            ? `somebody wrote to your ${asked ?? "own"} request`
            : "wrote to a request",
        ),
        hint: id === undefined ? [] : [`↩ Reply: ${call("add_request_message", 'body: "..."')}`],
      };
  }
}

function decisionText({ by, decision, peer_id, request_kind }: InboxMessage): string {
  const what = `your ${request_kind === undefined ? "" : `${request_kind} `}request was`;
  if (decision === undefined) return `${what} decided (get_request says how)`;
  const peerId = canonicalPeerId(peer_id);
  const decider = by === "user" ? "the user" : peerId === undefined ? "a peer" : `peer ${peerId}`;
  return `${what} ${decision} by ${decider}`;
}
