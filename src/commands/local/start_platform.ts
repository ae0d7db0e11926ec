import type { LocalPlatform } from "../../local/start.ts";
import type { PlatformStore } from "../../local/state/store.ts";
import { VERSION } from "../../version.ts";
import type { Connection } from "./connection.ts";

/** Where it listens unless that is taken, so that a page and an agent find it again. */
const USUAL_PORT = 4747;

/** A platform that runs, with its organisation. */
export interface StartedPlatform {
  readonly url: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly colleagues: readonly string[];
  /** The page's address with a new one-time key: a secret. */
  newLink(): string;
  close(): Promise<void>;
}

/**
 * Starts a platform with its page and the organisation of `createOrganisation`.
 *
 * @param options.port undefined: the usual one or, if that is taken, a free one
 * @param options.store undefined: in memory
 * @param options.saveConnection told how to be the user's workspace, now and at each rotation
 * @throws {Deno.errors.AddrInUse} when the port is taken
 */
export async function startPlatform(options: {
  readonly port: number | undefined;
  readonly store: PlatformStore | undefined;
  readonly plays: boolean;
  readonly saveConnection: (connection: Connection) => Promise<void>;
}): Promise<StartedPlatform> {
  const [{ startLocalPlatform }, { createOrganisation, YOUR_ID }, { startColleagues }, { Play }] =
    await Promise.all([
      import("../../local/start.ts"),
      import("../../local/team.ts"),
      import("../../local/colleagues/start.ts"),
      import("../../local/play/play.ts"),
    ]);
  const save = async (token: string) => {
    await options.saveConnection({ platformUrl: platform.url, workspaceId: YOUR_ID, token });
  };
  const play = new Play();
  let isPlayDue = options.plays;
  const start = (port: number) =>
    startLocalPlatform({
      port,
      recordRequests: false,
      allowLoopbackUrls: true, // Colleagues are called there.
      page: {
        version: VERSION,
        yourWorkspaceId: YOUR_ID,
        saveToken: save,
        play,
        onOpened: () => {
          if (isPlayDue) isPlayDue = !play.start();
        },
      },
      ...(options.store && { store: options.store }),
    });
  const platform = await listening(start, options.port);
  try {
    const { you, colleagues: members } = await createOrganisation(platform);
    await save(you.token);
    const colleagues = await startColleagues(platform, members);
    play.attach(platform);
    return {
      url: platform.url,
      workspaceId: you.id,
      workspaceName: you.name,
      colleagues: members.map(({ name }) => name),
      newLink: () => platform.newPageLink(),
      close: async () => {
        // First those who use it.
        await play[Symbol.asyncDispose]();
        await colleagues[Symbol.asyncDispose]();
        await platform.close();
      },
    };
  } catch (error) {
    await platform.close();
    throw error;
  }
}

async function listening(
  start: (port: number) => Promise<LocalPlatform>,
  port: number | undefined,
): Promise<LocalPlatform> {
  if (port !== undefined) return await start(port);
  try {
    return await start(USUAL_PORT);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return await start(0);
  }
}
