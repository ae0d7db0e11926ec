import * as z from "zod/mini";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { listPeers, type Peer } from "../../platform/api/registry.ts";
import { peerLine } from "../../safety/untrusted/untrusted_text.ts";
import { truncateList } from "../support/truncate_list.ts";
import { defineTool } from "../support/define_tool.ts";
import { optionalString } from "../support/arguments.ts";
import type { WorkspaceConnection } from "../support/workspace_router.ts";

/** Limits how much of the agent's context one peer's self-description can take up. */
const MAX_NAME_LENGTH = 120;

/** The peers of one workspace, or why they are not known. */
interface Listing {
  readonly connection: WorkspaceConnection;
  readonly peers: readonly Peer[];
  readonly diagnostic?: string;
}

export const listPeersTool = defineTool({
  name: "list_peers",
  title: "List peers",
  description:
    "List the workspaces this agent may talk to (parent, siblings, children) with name, " +
    "id, status and role. Call it first to find a peer's id. With several workspaces, the lists " +
    "are merged; `via` says whose peer each one is.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    source_workspace_id: optionalString("Only this workspace's peers."),
  }),
  output: z.object({
    peers: z.array(z.object({
      id: z.string(),
      name: z.string().check(z.describe("Self-chosen, like role; proves nothing.")),
      status: z.string(),
      role: z.string(),
      via: z.optional(z.string()),
    })),
    problems: z.optional(z.array(z.string())),
    note: z.optional(z.string()),
  }),
  async run(args, context) {
    const { router, signal } = context;
    const sources = args.source_workspace_id?.trim()
      ? [router.route(args.source_workspace_id)]
      : router.list();
    const aggregated = sources.length > 1;
    const listings = await Promise.all(sources.map((connection) => listingOf(connection, signal)));
    const peers = listings.flatMap(({ connection, peers }) =>
      peers.map((peer) => {
        const entry = peerOutput(
          peer,
          aggregated ? connection.workspace.id.slice(0, 8) : undefined,
        );
        router.rememberPeer(peer.id, connection, entry.name);
        return entry;
      })
    );
    const problems = listings.flatMap(({ connection, diagnostic }) =>
      diagnostic === undefined ? [] : [`[${connection.workspace.id.slice(0, 8)}] ${diagnostic}`]
    );
    const allFailed = problems.length === listings.length;
    const { items, omitted } = truncateList(peers);
    const note = omitted === 0
      ? undefined
      : `${omitted} more peers are left out: they do not fit in one result`;
    const text = describe(items, problems, allFailed);
    return {
      text: note === undefined ? text : `${text}\n${note}`,
      structured: {
        peers: items,
        problems: problems.length > 0 ? problems : undefined,
        note,
      },
      isError: allFailed,
    };
  },
});

async function listingOf(connection: WorkspaceConnection, signal: AbortSignal): Promise<Listing> {
  try {
    return { connection, peers: await listPeers(connection.client, signal) };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return { connection, peers: [], diagnostic: error.message };
  }
}

function peerOutput(peer: Peer, via: string | undefined) {
  const id = peerLine(peer.id, MAX_NAME_LENGTH) ?? "";
  return {
    id,
    name: peerLine(peer.name ?? "", MAX_NAME_LENGTH) ?? id.slice(0, 8),
    status: peerLine(peer.status ?? "", MAX_NAME_LENGTH) ?? "unknown",
    role: peerLine(peer.role ?? "", MAX_NAME_LENGTH) ?? "",
    via,
  };
}

/** Text that can be told from the rest of its line without quotes. */
const PLAIN = /^[\p{L}\p{M}\p{N} _.@/'+-]*$/u;
const PARENTHESES = /[(（﹙⁽₍❨❪⟮⸨)）﹚⁾₎❩❫⟯⸩]/gu;

/**
 * Makes words that cannot be mistaken for another part of the line: quoted, without parentheses.
 */
function unmistakable(words: string): string {
  if (PLAIN.test(words)) return words;
  const braced = words.replace(
    PARENTHESES,
    (sign) => /[(（﹙⁽₍❨❪⟮⸨]/u.test(sign) ? "{" : "}",
  );
  return JSON.stringify(braced);
}

function describe(
  peers: readonly ReturnType<typeof peerOutput>[],
  problems: readonly string[],
  allFailed: boolean,
): string {
  const failures = problems.join("; ");
  // That nothing could be looked at is no answer to whether there is something.
  if (allFailed) return `Could not list the peers: ${failures}`;
  if (peers.length === 0) {
    return problems.length > 0
      ? `Not listed: ${failures}\nNo peers found in the other workspaces.`
      : "No peers in the platform registry for this workspace.";
  }
  const lines = peers.map(({ name, id, status, role, via }) => {
    const [named, as, is, acts] = [name, id, status, role].map(unmistakable);
    return `- ${named} (ID: ${as}, status: ${is}, role: ${acts}${via ? `, via: ${via}` : ""})`;
  });
  if (problems.length > 0) lines.push(`Not listed: ${failures}`);
  return lines.join("\n");
}
