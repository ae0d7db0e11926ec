import type { Fault } from "../../src/local/server/faults.ts";

/**
 * How the real platform answers while its database is away: whoever checks the token says that it
 * is wrong, the others fail (src/platform/API.md, "When the database is away").
 */
export const databaseAway: Fault = ({ method, path }) => {
  const fail = (status: number, error: string) => Response.json({ error }, { status });
  if (path === "/registry/register") return fail(500, "registration failed");
  if (path === "/registry/heartbeat") return fail(500, "failed to update");
  if (path.startsWith("/registry/")) return fail(500, "lookup failed");
  if (method === "GET" && /^\/workspaces\/[^/]+$/.test(path)) return fail(500, "query failed");
  const whose = path.endsWith("/a2a") ? "caller" : "workspace";
  return fail(401, `invalid ${whose} auth token`);
};
