import type { Api } from "./api.ts";

const KEY = /^#key=(.+)$/;

/**
 * Exchanges the key in the page's address for a session, and takes it out of the address, and so out
 * of the history, whether it was good or not.
 *
 * @returns why the link does not open the page; undefined where it did, or where there was no key
 */
export async function openSession(api: Api): Promise<string | undefined> {
  const key = KEY.exec(location.hash)?.[1];
  if (key === undefined) return undefined;
  history.replaceState(null, "", location.pathname);
  try {
    await api.openSession(decodeURIComponent(key));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
