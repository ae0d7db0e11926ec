import { decodeJson, textField } from "../../lib/json.ts";
import { isTransportError, transportError } from "../../platform/errors/transport_error.ts";
import { readText } from "../../platform/client/read_text.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { VERSION } from "../../version.ts";
import { parseVersion, type Version } from "./version.ts";

const MAX_REDIRECTS = 4;
const TITLE_TIMEOUT_MS = 3_000;
const MAX_TITLE_BYTES = 512 * 1024;
const MAX_TITLE = 120;
/** What names the address where that is a mirror's. */
const SETTING = "MOLECULE_MCP_BASE_URL";
const CHECK_NETWORK =
  "Check this machine's network and firewall, and the proxy if HTTPS_PROXY or HTTP_PROXY is set";

/** Where releases are. */
export interface ReleaseSource {
  /** The page of all releases, without a slash at the end. */
  readonly base: string;
  /** What describes the newest one as JSON; a mirror has no such thing. */
  readonly api?: string;
}

/** GitHub, where the installers download from, too. */
export const GITHUB: ReleaseSource = {
  base: "https://github.com/molecule-ai/molecule-mcp/releases",
  api: "https://api.github.com/repos/molecule-ai/molecule-mcp/releases/latest",
};

/** The newest release cannot be found out. The message is a sentence's end, for people. */
export class LookUpError extends Error {
  override readonly name = "LookUpError";
}

/**
 * Asks which release is the newest: the page `latest` leads to it. That needs no account, and is not
 * rationed as GitHub's API is. Nothing of this user's is sent.
 *
 * @throws {LookUpError}
 */
export async function newestRelease(
  { base }: ReleaseSource,
  within: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<{ readonly version: Version; readonly url: string }> {
  const options = { ...within, isMirror: base !== GITHUB.base };
  let url = new URL(`${base}/latest`);
  for (let redirects = 0; redirects < MAX_REDIRECTS; redirects++) {
    const { status, location } = await ask(url, options);
    if (status === 404) {
      throw new LookUpError(`${url.origin} knows no release (HTTP 404 for ${url})`);
    }
    if (location === undefined || status < 300 || status > 399) {
      throw new LookUpError(`${url} answered HTTP ${status} instead of leading to a release`);
    }
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (!next || !(next.protocol === "https:" || next.protocol === url.protocol)) {
      throw new LookUpError(`${url} leads to no release`);
    }
    url = next;
    const [, tag] = /\/tag\/([^/]+)$/.exec(url.pathname) ?? [];
    if (tag === undefined) continue;
    const version = parseVersion(tag);
    if (version) return { version, url: `${url.origin}${url.pathname}` };
    throw new LookUpError(`${base} has a newest release whose tag is no version`);
  }
  throw new LookUpError(`${base}/latest leads to no release`);
}

/** What the release is called, in one line; undefined where that cannot be had quickly. */
export async function releaseTitle(
  { api }: ReleaseSource,
  { version, signal }: { readonly version: Version; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (api === undefined) return undefined;
  try {
    const response = await fetch(api, {
      headers: { ...HEADERS, accept: "application/vnd.github+json" },
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TITLE_TIMEOUT_MS)]),
    });
    const release = decodeJson(await readText(response, MAX_TITLE_BYTES));
    const name = textField(release, "name") ?? "";
    const isVersion = parseVersion(name)?.text === version.text;
    // Without a name of its own: the first line of its notes that is no heading.
    const notes = (textField(release, "body") ?? "").split("\n").map((line) => line.trim());
    const note = notes.find((line) => line !== "" && !/^[#<!\[]/.test(line)) ?? "";
    return cleanLine(isVersion || name === "" ? note.replace(/^[-*] /, "") : name, MAX_TITLE);
  } catch {
    return undefined; // It is only for curiosity.
  }
}

const HEADERS = { "user-agent": `molecule-mcp/${VERSION}` };

async function ask(
  url: URL,
  { signal, timeoutMs, isMirror }: {
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
    readonly isMirror: boolean;
  },
): Promise<{ status: number; location: string | undefined }> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers: HEADERS,
      redirect: "manual",
      signal: AbortSignal.any([signal, deadline]),
    });
    await response.body?.cancel();
    const location = response.headers.get("location") ?? undefined;
    return { status: response.status, location };
  } catch (error) {
    if (!isTransportError(error)) throw error;
    const { message } = transportError(error, {
      origin: url.origin,
      timedOutAfterMs: deadline.aborted ? timeoutMs : undefined,
      cancelled: signal.aborted,
    });
    throw new LookUpError(inTermsOfReleases(message, isMirror));
  }
}

/**
 * The same words as for a platform, which it is not. GitHub's address is nobody's setting: where that
 * is asked, what is between here and there is all that can be looked at.
 */
function inTermsOfReleases(message: string, isMirror: boolean): string {
  const said = message.replace("Check PLATFORM_URL and the network", "Check the network")
    .replace("check the platform's status and the network", "check the network");
  if (isMirror) return said.replaceAll("PLATFORM_URL", SETTING);
  const [what = said] = said.split(/\. (?=[^.]*PLATFORM_URL)/);
  return what === said ? said : `${what}. ${CHECK_NETWORK}`;
}
