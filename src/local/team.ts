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
