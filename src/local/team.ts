/**
 * The small team that a fresh local platform has, so that there is somebody to be.
 *
 * @module
 */
import type { CreatedWorkspace, LocalPlatform } from "./platform.ts";

/** A member of the team and what is needed to be it. */
export interface TeamMember extends CreatedWorkspace {
  name: string;
}

/** Creates a lead with a researcher and a writer below it. */
export async function createTeam(platform: LocalPlatform): Promise<TeamMember[]> {
  const lead = await platform.createWorkspace({ name: "Lead", role: "coordinates the work" });
  const parentId = lead.id;
  const researcher = await platform.createWorkspace({
    name: "Researcher",
    role: "finds things out",
    parentId,
  });
  const writer = await platform.createWorkspace({
    name: "Writer",
    role: "puts things into words",
    parentId,
  });
  return [
    { name: "Lead", ...lead },
    { name: "Researcher", ...researcher },
    { name: "Writer", ...writer },
  ];
}

/**
 * The settings with which `molecule-mcp` is the member, to be pasted into a shell.
 *
 * @param shell The syntax
 */
export function settingsOf(
  member: TeamMember,
  platformUrl: string,
  shell: "sh" | "powershell",
): string[] {
  const settings = {
    WORKSPACE_ID: member.id,
    PLATFORM_URL: platformUrl,
    MOLECULE_WORKSPACE_TOKEN: member.token,
  };
  return Object.entries(settings).map(([name, value]) =>
    shell === "sh" ? `export ${name}=${value}` : `$env:${name} = "${value}"`
  );
}
