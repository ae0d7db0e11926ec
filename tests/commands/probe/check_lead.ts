import { checkPlatform, type PlatformCheck } from "../../../src/commands/probe/check_platform.ts";
import { parsePlatformUrl, type PlatformUrl } from "../../../src/config/platform_url.ts";
import { type LocalPlatform, startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam } from "../../../src/local/team.ts";

/** A platform's address as settings hold it. */
export function address(url: string): PlatformUrl {
  const found = parsePlatformUrl(url);
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

/** Whether a request asks for the workspace's own record. */
export const isRecord = (path: string, id: string) => path === `/workspaces/${id}`;
/** Nobody interrupts. */
export const never = new AbortController().signal;

/** Checks the lead of a team against its platform, which `arrange` has changed before. */
export async function checkLead(
  arrange: (platform: LocalPlatform, lead: { id: string; token: string }) => void = () => {},
  options: { token?: string; orgId?: string; askMs?: number; signal?: AbortSignal } = {},
): Promise<{ check: PlatformCheck; platform: LocalPlatform; lead: { id: string; token: string } }> {
  const platform = await startLocalPlatform();
  const [lead] = await createTeam(platform);
  if (!lead) throw new Error("No team");
  arrange(platform, lead);
  const { token = lead.token, orgId, askMs, signal = never } = options;
  const platformUrl = address(platform.url);
  const check = await checkPlatform(
    { id: lead.id, platformUrl, token, ...(orgId !== undefined && { orgId }) },
    { signal, ...(askMs !== undefined && { askMs }) },
  );
  await platform.close();
  return { check, platform, lead };
}

/** Every request is answered like this. */
export const onEvery = (answer: () => Response | "hang" | "drop") => (platform: LocalPlatform) =>
  void platform.faults.use(answer);
