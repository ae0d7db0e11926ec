import {
  type ColleagueOptions,
  type Colleagues,
  startColleagues,
} from "../../../src/local/colleagues/start.ts";
import {
  type LocalPlatform,
  type LocalPlatformOptions,
  startLocalPlatform,
} from "../../../src/local/start.ts";
import { createOrganisation, type TeamMember } from "../../../src/local/team.ts";
import { Caller } from "../support.ts";

/** A platform with the first organisation, whose colleagues are there. */
export interface LivingTeam extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly you: TeamMember;
  readonly lead: Caller;
  readonly colleagues: Colleagues;
  /** The id of the colleague of that name. */
  idOf(name: string): string;
}

/** Starts it, with colleagues that are quick. */
export async function startLiving(
  options: ColleagueOptions = {},
  platformOptions: LocalPlatformOptions = {},
): Promise<LivingTeam> {
  const platform = await startLocalPlatform({ allowLoopbackUrls: true, ...platformOptions });
  const { you, colleagues: members } = await createOrganisation(platform);
  const colleagues = await startColleagues(platform, members, {
    heartbeatMs: 100,
    pollMs: 20,
    workMs: 60,
    lookMs: 20,
    ...options,
  });
  return {
    platform,
    you,
    lead: new Caller(platform, you.id, you.token),
    colleagues,
    idOf: (name) => members.find((member) => member.name === name)?.id ?? "",
    [Symbol.asyncDispose]: async () => {
      await colleagues[Symbol.asyncDispose]();
      await platform.close();
    },
  };
}

/** Waits until there is something. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The texts that another workspace wrote into the inbox, oldest first. */
export function received(platform: LocalPlatform, id: string, from: string): string[] {
  return platform.activity(id)
    .filter((row) => row.activityType === "a2a_receive" && row.sourceId === from)
    .map((row) => JSON.stringify(row.requestBody));
}
