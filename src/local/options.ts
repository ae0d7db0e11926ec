/**
 * The settings of a local platform.
 *
 * @module
 */
import type { PlatformStore } from "./store.ts";

/** How the platform is set up; everything has a default. */
export interface LocalPlatformOptions {
  /** Port on 127.0.0.1; 0 (default) takes a free one. */
  port?: number;
  /**
   * Which version of the server to behave like where versions differ (platform-api 0): `n1`
   * (default; the client's own era, together with S) or `n2`.
   */
  variant?: "n1" | "n2";
  /**
   * The additions of N2 to the activity log that do not disturb an older client: `seq`,
   * `include=peer_info` and the acknowledgement. Default true.
   */
  activityExtras?: boolean;
  /** N2's flag: results of delegations also appear in the delegator's inbox. Default false. */
  delegationResultInboxPush?: boolean;
  /** Tenant id: switches the TenantGuard of the hosted platform on (platform-api 1.4). */
  orgId?: string;
  /** Origins other than the platform's own that browsers may call from. */
  corsOrigins?: string[];
  /** A bearer that passes for every workspace. */
  adminToken?: string;
  /** Requests per window and bearer, default 600 in 60,000 ms (platform-api 1.5). */
  rateLimit?: { requests: number; windowMs: number };
  /** An external workspace without a heartbeat for this long is `awaiting_agent`. Default 90,000. */
  staleAfterMs?: number;
  /** Permits push-mode targets on the loopback interface (the SSRF rule forbids them). */
  allowLoopbackUrls?: boolean;
  /** How long to wait for a push-mode target's answer. Default 300,000. */
  pushTimeoutMs?: number;
  /** The pause before a delegation is sent a second time. Default 8,000. */
  delegateRetryMs?: number;
  /** Whether requests are kept for inspection (in memory, with their headers). Default true. */
  recordRequests?: boolean;
  /** The time in milliseconds since the epoch. Default `Date.now`. */
  nowMs?: () => number;
  /** Addresses of a host name, for the SSRF rule. Default: DNS. */
  resolveHost?: (hostname: string) => Promise<string[]>;
  /** Where everything is kept. Default: in memory. */
  store?: PlatformStore;
}

/** The settings with their defaults filled in. */
export type ResolvedOptions =
  & Required<Omit<LocalPlatformOptions, "orgId" | "adminToken" | "store">>
  & Pick<LocalPlatformOptions, "orgId" | "adminToken">;

/** Fills in the defaults. */
export function resolveOptions(options: LocalPlatformOptions): ResolvedOptions {
  const { orgId, adminToken } = options;
  return {
    port: options.port ?? 0,
    variant: options.variant ?? "n1",
    activityExtras: options.activityExtras ?? true,
    delegationResultInboxPush: options.delegationResultInboxPush ?? false,
    corsOrigins: options.corsOrigins ?? ["http://localhost:3000", "http://localhost:3001"],
    rateLimit: options.rateLimit ?? { requests: 600, windowMs: 60_000 },
    staleAfterMs: options.staleAfterMs ?? 90_000,
    allowLoopbackUrls: options.allowLoopbackUrls ?? false,
    pushTimeoutMs: options.pushTimeoutMs ?? 300_000,
    delegateRetryMs: options.delegateRetryMs ?? 8_000,
    recordRequests: options.recordRequests ?? true,
    nowMs: options.nowMs ?? Date.now,
    resolveHost: options.resolveHost ?? resolveByDns,
    ...(orgId === undefined ? {} : { orgId }),
    ...(adminToken === undefined ? {} : { adminToken }),
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
