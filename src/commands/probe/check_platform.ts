import { bypassProxy } from "../../cli/bypass_proxy.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import type { PlatformUrl } from "../../config/platform_url.ts";
import { bypassesProxy, parseProxy } from "../../config/proxy.ts";
import { textField } from "../../lib/json.ts";
import { SecretRedactor } from "../../safety/secrets/secret_redactor.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { withShownUrl } from "../support/shown_value.ts";
import { type Outcome, outcomeOf, OUTCOMES } from "./outcomes.ts";
import { type PlatformProbe, PROBE_MS, probePlatform } from "./probe_platform.ts";
import type { ProbedToken, Target } from "./target.ts";
import { troubleWith } from "./token_answers.ts";

/** A workspace whose token is to be checked. */
export interface CheckedWorkspace {
  readonly id: string;
  readonly platformUrl: PlatformUrl;
  readonly orgId?: string;
  /** Call the platform without the proxy that the environment may name: `goesDirectly`. */
  readonly bypassProxy?: boolean;
}

/** What the platform says to a token. */
export type PlatformCheck =
  | {
    readonly outcome: "accepted";
    /** The workspace's name, cleaned: one line. */
    readonly name?: string;
    /** The workspace's status, as its record has it. */
    readonly status?: string;
    /** How many workspaces it may talk to; absent when the platform did not say. */
    readonly peers?: number;
  }
  | {
    readonly outcome: Exclude<Outcome, "accepted">;
    /** As `doctor` names it; absent when the signal fired. */
    readonly cause?: string;
    /** A sentence, cleaned and without a secret. */
    readonly message: string;
    /** What to do: a command, or a sentence without its full stop. */
    readonly next?: string;
  };

/** How a platform is asked, and what is said of it. */
export interface CheckOptions {
  readonly signal: AbortSignal;
  /** Reads the environment: where a proxy is in between, it has a part in what fails. */
  readonly read?: ReadVariable;
  /** The command that asks; default: the doctor. */
  readonly again?: string;
  readonly profile?: string;
  /** Whether `auth login` changes the address, not a variable; default: it does. */
  readonly isUrlSaved?: boolean;
  /** For everything together; default: 10,000. */
  readonly timeoutMs?: number;
  /** For one request. */
  readonly askMs?: number;
}

const MAX_NAME = 100;
const MAX_TEXT = 600;
const PROXIES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** Asks whether a platform takes a token for a workspace. Nobody sees the workspace come online. */
export async function checkPlatform(
  { token, ...workspace }: CheckedWorkspace & { readonly token: string },
  options: CheckOptions,
): Promise<PlatformCheck> {
  const [check] = await checkTokens(workspace, [{ label: "the token", token }], options);
  return check ?? { outcome: "cancelled", message: "Nothing was asked." };
}

/**
 * Asks whether a platform takes the tokens of a workspace (`probePlatform`).
 *
 * @param tokens fit for a header (src/config/token_text.ts)
 * @returns a check for each token; never throws for what the platform or the network does
 */
export async function checkTokens(
  workspace: CheckedWorkspace,
  tokens: readonly ProbedToken[],
  { signal, timeoutMs = PROBE_MS, askMs, read = () => undefined, ...more }: CheckOptions,
): Promise<readonly PlatformCheck[]> {
  const { id, platformUrl, orgId, bypassProxy: isDirect = false } = workspace;
  const { again, profile, isUrlSaved = true } = more;
  const target: Target = {
    id,
    url: platformUrl,
    isUrlSaved,
    bypassProxy: isDirect,
    ...(orgId !== undefined && { orgId }),
    ...(profile !== undefined && { profile }),
    ...(again !== undefined && { again }),
  };
  // Before the first request: `fetch` reads NO_PROXY once.
  bypassProxy([{ ...workspace }]);
  const overdue = new AbortController();
  const timer = setTimeout(() => overdue.abort(), timeoutMs);
  const proxy = proxyOf((name) => readTrimmed(read, name));
  try {
    const probe = await probePlatform(target, tokens, {
      signal: AbortSignal.any([signal, overdue.signal]),
      nowMs: Date.now,
      isTokenOnly: true,
      ...(proxy !== undefined && { proxy }),
      ...(askMs !== undefined && { askMs }),
    });
    const redactor = new SecretRedactor([id]);
    for (const { token } of tokens) redactor.add(token);
    const clean = (text: string) =>
      cleanLine(withShownUrl(redactor.redactKnown(text), platformUrl.base), MAX_TEXT) ?? "";
    return tokens.map(({ token }) =>
      signal.aborted
        ? { outcome: "cancelled", message: "Interrupted." }
        : checkOf(probe, token, clean)
    );
  } finally {
    clearTimeout(timer);
    overdue.abort();
  }
}

/** The exit code of a command that asked, and did not get what it came for. */
export function exitCodeOf({ outcome }: PlatformCheck): number {
  return OUTCOMES[outcome].exitCode;
}

/** Whether this platform is to be called without the proxy that the environment names. */
export function goesDirectly(platformUrl: PlatformUrl, read: ReadVariable): boolean {
  return bypassesProxy(platformUrl, parseProxy((name) => readTrimmed(read, name)));
}

/** The proxy for https that the environment names. */
export function proxyOf(value: (name: string) => string | undefined): string | undefined {
  return PROXIES.map(value).find((url) => url !== undefined && URL.canParse(url));
}

function checkOf(
  probe: PlatformProbe,
  token: string,
  clean: (text: string) => string,
): PlatformCheck {
  const found = troubleWith(probe, token);
  if (!found) return accepted(probe, clean);
  const outcome = outcomeOf(found.cause) ?? "unreachable";
  return {
    outcome: outcome === "accepted" ? "unreachable" : outcome,
    cause: found.cause,
    message: sentence(clean(found.text), probe.target.id),
    ...(found.next !== undefined && { next: clean(found.next) }),
  };
}

function accepted(
  { record: { json }, peers }: PlatformProbe,
  clean: (text: string) => string,
): PlatformCheck {
  const said = (key: string) => cleanLine(clean(textField(json, key) ?? ""), MAX_NAME);
  const [name, status] = [said("name"), said("status")];
  return {
    outcome: "accepted",
    ...(name !== undefined && { name }),
    ...(status !== undefined && { status }),
    // The token is taken: that the peers cannot be listed now is no reason to refuse it.
    ...(Array.isArray(peers?.json) && { peers: peers.json.length }),
  };
}

/** A finding's text begins in the middle of a line; ids and addresses stay as they are. */
function sentence(text: string, id: string | undefined): string {
  const isWord = /^[a-z]+ /.test(text) && !(id !== undefined && text.startsWith(id));
  return `${isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
}
