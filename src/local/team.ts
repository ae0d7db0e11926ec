/**
 * The small team that a fresh local platform has, so that there is somebody to be.
 *
 * @module
 */
import type { CreatedWorkspace, LocalPlatform } from "./start.ts";

/** The user's own workspace: always the same, so that an agent finds it again after a restart. */
export const YOUR_ID = "10ca1000-0000-4000-8000-000000000001";

/** A member of the team and what is needed to be it. */
export interface TeamMember extends CreatedWorkspace {
  name: string;
}

/** Creates a lead with a researcher and a writer below it; they can be written to at once. */
export async function createTeam(platform: LocalPlatform): Promise<TeamMember[]> {
  const create = async (name: string, role: string, parent?: TeamMember): Promise<TeamMember> => {
    const workspace = await platform.createWorkspace({
      ...(parent === undefined && { id: YOUR_ID }),
      name,
      role,
      deliveryMode: "poll",
      parentId: parent?.id,
    });
    return { name, ...workspace };
  };
  const lead = await create("Lead", "coordinates the work");
  return [
    lead,
    await create("Researcher", "finds things out", lead),
    await create("Writer", "puts things into words", lead),
  ];
}

/** A colleague that lives inside the platform, and what is needed to be it. */
export interface Colleague extends TeamMember {
  readonly kind: "echo" | "researcher" | "archivist";
  readonly role: string;
}

/** The first organisation: the user's own workspace and its colleagues. */
export interface Organisation {
  readonly you: TeamMember;
  readonly colleagues: readonly Colleague[];
}

/** Their ids are always the same, too: a state that was kept has them again. */
const COLLEAGUES = [
  {
    id: "10ca1000-0000-4000-8000-000000000002",
    kind: "echo",
    name: "Echo",
    role: "says again what it is told, at once",
  },
  {
    id: "10ca1000-0000-4000-8000-000000000003",
    kind: "researcher",
    name: "Researcher",
    role: "looks things up in a small almanac: planets, tides, units, capitals",
  },
  {
    id: "10ca1000-0000-4000-8000-000000000004",
    kind: "archivist",
    name: "Archivist",
    role: "searches the archive, slowly, one task at a time",
  },
] as const;

/**
 * Creates the first organisation, or finds it again in a state that was kept. There only hashes of
 * tokens are kept: everybody gets a new token, and the earlier ones of this kind end; those of the
 * Tokens tab live on.
 */
export async function createOrganisation(platform: LocalPlatform): Promise<Organisation> {
  const lead = { id: YOUR_ID, name: "Lead", role: "coordinates the work" };
  const you = { name: lead.name, ...await createOrFind(platform, lead) };
  const colleagues: Colleague[] = [];
  for (const colleague of COLLEAGUES) {
    const workspace = { ...colleague, parentId: YOUR_ID };
    colleagues.push({ ...colleague, ...await createOrFind(platform, workspace) });
  }
  return { you, colleagues };
}

/** Creates a poll-mode workspace, or finds it and gives it a new token. */
export async function createOrFind(
  platform: LocalPlatform,
  { id, name, role, parentId }: { id: string; name: string; role: string; parentId?: string },
): Promise<CreatedWorkspace> {
  const { store } = platform;
  if (!store.workspace(id)) {
    const more = parentId === undefined ? {} : { parentId };
    return await platform.createWorkspace({ id, name, role, deliveryMode: "poll", ...more });
  }
  const earlier = store.liveTokens(id).filter(({ kind }) => kind === "instance");
  const token = await platform.createToken(id);
  const revokedAt = Date.now() * 1_000;
  for (const row of earlier) store.updateToken(row.id, { revokedAt });
  return { id, token };
}
