/**
 * The settings of a local platform.
 *
 * @module
 */
import type { PageOptions } from "./page/page_options.ts";
import type { StoreLimits } from "./state/bounded_store.ts";
import type { PlatformStore } from "./state/store.ts";

/**
 * A version of the server (src/platform/API.md, "Versions of the platform"): `n1` is May 2026 (S
 * with N1), `n2` July, `n3` August.
 */
export type ServerVersion = "n1" | "n2" | "n3";

/** How the platform is set up; everything has a default. */
export interface LocalPlatformOptions {
  /** Port on 127.0.0.1; 0 (default) takes a free one. */
  port?: number;
  /** Which version of the server to behave like where versions differ. Default `n3`, the newest. */
  version?: ServerVersion;
  /**
   * The additions of N2 to the activity log that do not disturb an older client: `seq`,
   * `include=peer_info` and the acknowledgement. Default true.
   */
  activityExtras?: boolean;
  /**
   * As the oldest servers do: `since_id` is ignored, whatever it is, and the rows come newest
   * first. Default false.
   */
  ignoresSinceId?: boolean;
  /** Whether there is a memory plugin, without which N2 and N3 have no memories. Default true. */
  memoryPlugin?: boolean;
  /**
   * N3's flag: register, heartbeat and update-card answer 503 when the database is away during
   * their token check, instead of letting the call pass. Default false.
   */
  registryTokenCheckFailClosed?: boolean;
  /** N2's flag: results of delegations also appear in the delegator's inbox. Default false. */
  delegationResultInboxPush?: boolean;
  /**
   * Tenant id: switches the TenantGuard of the hosted platform on (src/platform/API.md, "Hosted
   * platforms").
   */
  orgId?: string;
  /** A bearer that passes for every workspace. */
  adminToken?: string;
  /**
   * Requests per window and bearer, default 600 in 60,000 ms (src/platform/API.md, "Rate limit").
   */
  rateLimit?: { requests: number; windowMs: number };
  /** Permits push-mode targets on the loopback interface (the SSRF rule forbids them). */
  allowLoopbackUrls?: boolean;
  /** How long to wait for a push-mode target's answer. Default 300,000. */
  pushTimeoutMs?: number;
  /** The pause before a delegation is sent a second time. Default 8,000. */
  delegateRetryMs?: number;
  /**
   * How often N3 delivers what waits in queues, beside the heartbeats. Default 10,000; 0: never, as
   * a server does that runs no containers.
   */
  sweepIntervalMs?: number;
  /** How often N3 looks for agents to remind of requests. Default 300,000; 0: never. */
  nudgeIntervalMs?: number;
  /** Whether requests are kept for inspection (in memory, with their headers). Default true. */
  recordRequests?: boolean;
  /** The time in milliseconds since the epoch. Default `Date.now`. */
  nowMs?: () => number;
  /** Addresses of a host name, for the SSRF rule. Default: DNS. */
  resolveHost?: (hostname: string) => Promise<string[]>;
  /** Where everything is kept. Default: in memory. */
  store?: PlatformStore;
  /** How much is kept. Default: everything; with a page, what a person leaves running may keep. */
  storeLimits?: Partial<StoreLimits>;
  /** The page for a person, at `/`. Default: there is none. */
  page?: PageOptions;
}

/** The settings with their defaults filled in. */
export type ResolvedOptions =
  & Required<Omit<LocalPlatformOptions, "orgId" | "adminToken" | "store" | "storeLimits" | "page">>
  & Pick<LocalPlatformOptions, "orgId" | "adminToken">;

/** Whether the platform behaves like this version of the server, or a newer one. */
export function isAtLeast(
  options: Pick<ResolvedOptions, "version">,
  oldest: ServerVersion,
): boolean {
  return options.version >= oldest; // The names are in the order of time.
}

/** Fills in the defaults. */
export function resolveOptions(options: LocalPlatformOptions): ResolvedOptions {
  return {
    port: options.port ?? 0,
    version: options.version ?? "n3",
    activityExtras: options.activityExtras ?? true,
    ignoresSinceId: options.ignoresSinceId ?? false,
    memoryPlugin: options.memoryPlugin ?? true,
    registryTokenCheckFailClosed: options.registryTokenCheckFailClosed ?? false,
    delegationResultInboxPush: options.delegationResultInboxPush ?? false,
    orgId: options.orgId,
    adminToken: options.adminToken,
    rateLimit: options.rateLimit ?? { requests: 600, windowMs: 60_000 },
    allowLoopbackUrls: options.allowLoopbackUrls ?? false,
    pushTimeoutMs: options.pushTimeoutMs ?? 300_000,
    delegateRetryMs: options.delegateRetryMs ?? 8_000,
    sweepIntervalMs: options.sweepIntervalMs ?? 10_000,
    nudgeIntervalMs: options.nudgeIntervalMs ?? 300_000,
    recordRequests: options.recordRequests ?? true,
    nowMs: options.nowMs ?? Date.now,
    resolveHost: options.resolveHost ?? resolveByDns,
  };
}

async function resolveByDns(hostname: string): Promise<string[]> {
  const answers = await Promise.allSettled([
    Deno.resolveDns(hostname, "A"),
    Deno.resolveDns(hostname, "AAAA"),
  ]);
  // A host needs only one family; both failing is what the caller reports.
  return answers.flatMap((answer) => answer.status === "fulfilled" ? answer.value : []);
}
