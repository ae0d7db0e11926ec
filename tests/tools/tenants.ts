import { assert, assertEquals } from "@std/assert";
import {
  type CreatedWorkspace,
  type LocalPlatform,
  type LocalPlatformOptions,
  type RecordedRequest,
  startLocalPlatform,
} from "../../src/local/start.ts";
import { Agent, type AgentOptions } from "./agent.ts";

/** A workspace of the agent, with a peer that only it sees. */
export interface Tenant {
  readonly platform: LocalPlatform;
  readonly own: CreatedWorkspace;
  readonly peer: CreatedWorkspace;
}

/** One agent with two workspaces on a first platform and one on a second. */
export interface Tenants extends AsyncDisposable {
  readonly agent: Agent;
  /** The primary workspace, its sibling on the same platform, and the one elsewhere. */
  readonly tenants: readonly [Tenant, Tenant, Tenant];
}

/** The organisation that the first platform's workspaces belong to. */
export const ORG_ID = "org-of-the-first";

/** Starts all of it. */
export async function startTenants(
  { version = "n2", ...options }: AgentOptions & Pick<LocalPlatformOptions, "version"> = {},
): Promise<Tenants> {
  // A newer platform: roots are no peers of each other.
  const settings = { version, allowLoopbackUrls: true };
  const first = await startLocalPlatform(settings);
  const second = await startLocalPlatform(settings);
  const tenants = [
    await tenantOn(first, "One"),
    await tenantOn(first, "Two"),
    await tenantOn(second, "Three"),
  ] as const;
  const workspaces = tenants.map(({ platform, own }) => ({
    ...own,
    ...(platform === second && { platform_url: `${second.url}/` }),
  }));
  const agent = await Agent.start({
    PLATFORM_URL: first.url,
    MOLECULE_ORG_ID: ORG_ID,
    MOLECULE_WORKSPACES: JSON.stringify(workspaces),
  }, options);
  return {
    agent,
    tenants,
    [Symbol.asyncDispose]: async () => {
      await first.close();
      await second.close();
      await agent[Symbol.asyncDispose]();
    },
  };
}

async function tenantOn(platform: LocalPlatform, name: string): Promise<Tenant> {
  const rest = { deliveryMode: "poll", status: "online" } as const;
  const own = await platform.createWorkspace({
    name,
    abilities: { broadcast: true },
    ...rest,
  });
  const peer = await platform.createWorkspace({
    name: `Peer of ${name}`,
    role: "crew",
    parentId: own.id,
    ...rest,
  });
  return { platform, own, peer };
}

/** What the platforms received since the last look, with the tenant that each request speaks for. */
export function requestsBySpeaker(
  { tenants }: Tenants,
): { tenant: Tenant; request: RecordedRequest }[] {
  const platforms = new Set(tenants.map(({ platform }) => platform));
  return [...platforms].flatMap((platform) => {
    const requests = [...platform.requests];
    platform.clearRequests();
    return requests.map((request) => ({ tenant: speakerOf(tenants, platform, request), request }));
  });
}

/** The one tenant that bearer, URL, Origin, organisation and X-Workspace-ID all agree on. */
function speakerOf(
  tenants: readonly Tenant[],
  platform: LocalPlatform,
  { path, headers, workspaceId }: RecordedRequest,
): Tenant {
  const tenant = tenants.find(({ own }) => headers.authorization === `Bearer ${own.token}`);
  assert(tenant, `${path}: the bearer is none of the agent's`);
  assert(tenant.platform === platform, `${path}: the bearer went to another platform`);
  assertEquals(headers.origin, platform.url, path);
  const isFirst = platform === tenants[0]?.platform;
  assertEquals(headers["x-molecule-org-id"], isFirst ? ORG_ID : undefined, path);
  const source = headers["x-workspace-id"];
  assert(source === undefined || source === tenant.own.id, `${path}: another source`);
  const namesTarget = path.endsWith("/a2a") || path.startsWith("/registry/discover/");
  if (!namesTarget) assertEquals(workspaceId, tenant.own.id, path);
  else assertEquals(source, tenant.own.id, `${path}: the source is needed`);
  return tenant;
}
