import * as z from "zod/mini";
import { PlatformError } from "../../platform/errors.ts";
import { listPeers, type Peer } from "../../platform/registry.ts";
import { peerLine } from "../../safety/untrusted_text.ts";
import { fitting } from "../support/truncate_list.ts";
import { defineTool } from "../support/define_tool.ts";
import { optionalText } from "../support/arguments.ts";
import type { WorkspaceSession } from "../support/workspace_router.ts";

/** Bounds what one peer's self-description can take of the agent's context. */
const MAX_NAME_LENGTH = 120;

/** Peers of one workspace, or why they are not known. */
interface Listing {
  readonly session: WorkspaceSession;
  readonly peers: readonly Peer[];
  readonly diagnostic?: string;
}

export const listPeersTool = defineTool({
  name: "list_peers",
  title: "List peers",
  description:
    "List the workspaces this agent may talk to (parent, siblings, children) with name, " +
    "id, status and role. Call it first when you do not know a target's id. With several " +
    "workspaces the lists are merged; `via` tells whose peer it is.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    source_workspace_id: optionalText("Only the peers of this one of your workspaces."),
  }),
  output: z.object({
    peers: z.array(z.object({
      id: z.string(),
      name: z.string().check(z.describe("As it calls itself, no proof; so is role.")),
      status: z.string(),
      role: z.string(),
      via: z.optional(z.string()),
    })),
    problems: z.optional(z.array(z.string())),
    note: z.optional(z.string()),
  }),
  async run(args, context) {
    const { sessions, signal } = context;
    const sources = args.source_workspace_id?.trim()
      ? [sessions.resolve(args.source_workspace_id)]
      : sessions.list();
    const aggregated = sources.length > 1;
    const listings = await Promise.all(sources.map((session) => listingOf(session, signal)));
    const peers = listings.flatMap(({ session, peers }) =>
      peers.map((peer) => {
        const shown = shownPeer(peer, aggregated ? session.workspace.id.slice(0, 8) : undefined);
        sessions.rememberPeer(peer.id, session, shown.name);
        return shown;
      })
    );
    const problems = listings.flatMap(({ session, diagnostic }) =>
      diagnostic === undefined ? [] : [`[${session.workspace.id.slice(0, 8)}] ${diagnostic}`]
    );
    const allFailed = problems.length === listings.length;
    const { shown, leftOut } = fitting(peers);
    const note = leftOut === 0
      ? undefined
      : `${leftOut} more peers would be too long for one result and are left out`;
    const text = describe(shown, problems);
    return {
      text: note === undefined ? text : `${text}\n${note}`,
      structured: {
        peers: shown,
        ...(problems.length > 0 && { problems }),
        ...(note !== undefined && { note }),
      },
      ...(allFailed && { isError: true }),
    };
  },
});

async function listingOf(session: WorkspaceSession, signal: AbortSignal): Promise<Listing> {
  try {
    return { session, peers: await listPeers(session.client, signal) };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return { session, peers: [], diagnostic: error.message };
  }
}

function shownPeer(peer: Peer, via: string | undefined) {
  const id = peerLine(peer.id, MAX_NAME_LENGTH) ?? "";
  return {
    id,
    name: peerLine(peer.name ?? "", MAX_NAME_LENGTH) ?? id.slice(0, 8),
    status: peerLine(peer.status ?? "", MAX_NAME_LENGTH) ?? "unknown",
    role: peerLine(peer.role ?? "", MAX_NAME_LENGTH) ?? "",
    ...(via !== undefined && { via }),
  };
}

/** What needs no quotes to be told from the rest of its line. */
const PLAIN = /^[\p{L}\p{M}\p{N} _.@/'+-]*$/u;
const PARENTHESES = /[(（﹙⁽₍❨❪⟮⸨)）﹚⁾₎❩❫⟯⸩]/gu;

/** Words that cannot pass for another part of the line: in quotes, without parentheses. */
function unmistakable(words: string): string {
  if (PLAIN.test(words)) return words;
  const braced = words.replace(
    PARENTHESES,
    (sign) => /[(（﹙⁽₍❨❪⟮⸨]/u.test(sign) ? "{" : "}",
  );
  return JSON.stringify(braced);
}

function describe(
  peers: readonly ReturnType<typeof shownPeer>[],
  problems: readonly string[],
): string {
  if (peers.length === 0) {
    return problems.length > 0
      ? `No peers found. ${problems.join("; ")}`
      : "No peers in the platform registry for this workspace.";
  }
  const lines = peers.map(({ name, id, status, role, via }) => {
    const [named, as, is, acts] = [name, id, status, role].map(unmistakable);
    return `- ${named} (ID: ${as}, status: ${is}, role: ${acts}${via ? `, via: ${via}` : ""})`;
  });
  if (problems.length > 0) lines.push(`Not listed: ${problems.join("; ")}`);
  return lines.join("\n");
}
