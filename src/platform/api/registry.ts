import type { PlatformClient } from "../client/client.ts";
import { PlatformError } from "../errors/platform_error.ts";
import { field, type JsonObject, textField } from "../../lib/json.ts";
import { malformed, objectOf } from "../errors/malformed.ts";

const TIMEOUT_MS = 10_000;

/** What an agent shows of itself on the canvas (src/platform/API.md, "Register"). */
export interface AgentCard {
  readonly name: string;
  readonly description?: string;
  readonly skills: readonly { readonly name: string }[];
}

/** Secrets that register and heartbeat may hand out; to be kept. */
export interface IssuedSecrets {
  /** Only when the workspace had no live token. */
  readonly authToken?: string;
  readonly inboundSecret?: string;
}

/**
 * A workspace that this one may see (src/platform/API.md, "List peers"). Fields the platform left
 * out stay absent.
 */
export interface Peer {
  readonly id: string;
  readonly name?: string;
  readonly role?: string;
  readonly status?: string;
}

/**
 * `POST /registry/register` in poll mode (src/platform/API.md, "Register").
 *
 * @throws {PlatformError} also when a web page answers in the platform's place
 */
export async function register(
  client: PlatformClient,
  agentCard: AgentCard | JsonObject,
  signal?: AbortSignal,
): Promise<IssuedSecrets> {
  const reply = await client.request({
    method: "POST",
    path: ["registry", "register"],
    json: {
      id: client.workspace.id,
      url: "",
      agent_card: agentCard,
      delivery_mode: "poll",
    },
    tokenCheck: "sometimes",
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  return issuedSecrets(objectOf(client, reply, "a registration"));
}

/**
 * `POST /registry/heartbeat` (src/platform/API.md, "Heartbeat"). Every field is sent: omission
 * would mean zero.
 *
 * @returns what the platform hands out; nothing when the answer is odd; the heartbeat counts anyway
 * @throws {PlatformError}
 */
export async function heartbeat(
  client: PlatformClient,
  beat: { uptimeSeconds: number; currentTask?: string },
  signal?: AbortSignal,
): Promise<IssuedSecrets> {
  const reply = await client.request({
    method: "POST",
    path: ["registry", "heartbeat"],
    json: {
      workspace_id: client.workspace.id,
      error_rate: 0,
      sample_error: "",
      // At the workspace's capacity (1) the platform would hold back the messages that wait for it.
      active_tasks: 0,
      uptime_seconds: Math.floor(beat.uptimeSeconds),
      current_task: beat.currentTask,
    },
    tokenCheck: "sometimes",
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  return issuedSecrets(reply.json);
}

/**
 * `POST /registry/update-card` (src/platform/API.md, "Update the agent card").
 *
 * @returns the status that the platform reports
 * @throws {PlatformError}
 */
export async function updateCard(
  client: PlatformClient,
  agentCard: JsonObject,
  signal: AbortSignal,
): Promise<string> {
  const reply = await client.request({
    method: "POST",
    path: ["registry", "update-card"],
    json: { workspace_id: client.workspace.id, agent_card: agentCard },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  return textField(objectOf(client, reply, "an updated card"), "status") ?? "updated";
}

/**
 * Whether the platform takes the workspace's token. Registering does not say: it asks for a token
 * only while one lives that it issued itself (src/platform/API.md, "Kinds of tokens").
 *
 * @throws {PlatformError} when it cannot be told
 */
export async function isTokenTaken(client: PlatformClient, signal: AbortSignal): Promise<boolean> {
  try {
    await client.request({
      method: "GET",
      path: ["registry", client.workspace.id, "peers"],
      source: true,
      evenIfRefused: true,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    return true;
  } catch (error) {
    if (error instanceof PlatformError && error.kind === "unauthorized") return false;
    throw error;
  }
}

/**
 * `GET /registry/{id}/peers` (src/platform/API.md, "List peers"). Rows without an id are dropped.
 *
 * @throws {PlatformError} also when the answer is not a list
 */
export async function listPeers(client: PlatformClient, signal: AbortSignal): Promise<Peer[]> {
  const reply = await client.request({
    method: "GET",
    path: ["registry", client.workspace.id, "peers"],
    source: true,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (!Array.isArray(reply.json)) {
    throw malformed(client, "a list of peers", reply.json);
  }
  return reply.json.flatMap((row) => {
    const id = textField(row, "id");
    return id === undefined ? [] : [{ id, ...peerFields(row) }];
  });
}

/**
 * `GET /registry/discover/{id}` (src/platform/API.md, "Discover a peer").
 *
 * @param peerId a UUID
 * @returns the peer, or `undefined` when it is unknown or must not be seen
 * @throws {PlatformError} for any other failure
 */
export async function discover(
  client: PlatformClient,
  peerId: string,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Peer | undefined> {
  try {
    const reply = await client.request({
      method: "GET",
      path: ["registry", "discover", peerId],
      source: true,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      signal: options.signal,
    });
    return { ...peerFields(objectOf(client, reply, "a peer")), id: peerId };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (error.kind === "not_found" || error.kind === "forbidden") return undefined;
    // 503 with a status: the peer exists and is not there right now.
    const status = error.status === 503 ? textField(error.body, "status") : undefined;
    if (status !== undefined) return { id: peerId, status };
    throw error;
  }
}

function issuedSecrets(json: unknown): IssuedSecrets {
  const authToken = textField(json, "auth_token");
  const inboundSecret = textField(json, "platform_inbound_secret");
  return {
    ...(authToken !== undefined && { authToken }),
    ...(inboundSecret !== undefined && { inboundSecret }),
  };
}

function peerFields(row: unknown): Omit<Peer, "id"> {
  const name = textField(row, "name");
  const role = textField(row, "role") ?? textField(field(row, "agent_card"), "role");
  const status = textField(row, "status");
  return {
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(status !== undefined && { status }),
  };
}
