import type { Workspace } from "../../auth/credentials.ts";
import { buildHeaders } from "../../auth/headers.ts";
import { VERSION } from "../../version.ts";
import type { PlatformCall } from "./call.ts";

const USER_AGENT = `molecule-mcp/${VERSION}`;

/**
 * One request over the network, with everything that goes with each: headers, body, and no redirect,
 * for following one would carry the bearer to another address.
 *
 * @param direct the transport; `fetch` uses its own unless given
 * @throws what `fetch` throws
 */
export async function httpRequest(
  url: URL,
  call: PlatformCall,
  options: {
    readonly workspace: Workspace;
    readonly token: string | undefined;
    readonly direct: Deno.HttpClient | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Response> {
  const { workspace, token, direct, signal } = options;
  const headers = buildHeaders(workspace, token, { source: call.source });
  headers.set("Accept", call.accept ?? "application/json");
  headers.set("User-Agent", USER_AGENT);
  const body = call.body?.();
  for (const [name, value] of Object.entries(body?.headers ?? {})) headers.set(name, value);
  if (call.json !== undefined) headers.set("Content-Type", "application/json");
  const payload = body?.stream ?? (call.json === undefined ? undefined : jsonBody(call));
  return await fetch(url, {
    ...(direct && { client: direct }),
    method: call.method,
    headers,
    redirect: "manual",
    signal,
    body: payload,
  });
}

function jsonBody({ json, once = false }: PlatformCall): BodyInit {
  const text = JSON.stringify(json, wellFormed);
  // `fetch` cannot send a Blob twice.
  return once ? new Blob([text]) : text;
}

/** Half a surrogate pair is not text: the platform would refuse it or store something else. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}
