/**
 * Register, heartbeat and update-card (src/platform/API.md, "Registry").
 *
 * @module
 */
import * as z from "zod/mini";
import { hasInstanceToken, requireTokenIfEnrolled } from "../access/auth.ts";
import { makeToken } from "../access/tokens.ts";
import { urlProblem } from "../access/url_safety.ts";
import type { PlatformContext } from "../context.ts";
import { drain } from "../delivery/drain.ts";
import { isAtLeast } from "../options.ts";
import type { Exchange } from "../server/exchange.ts";
import { bind, fail, field, json, orZero } from "../server/http.ts";
import { randomSecret } from "../state/ids.ts";
import { isObject, type Json } from "../state/json.ts";
import type { DeliveryMode, WorkspaceRow } from "../state/rows.ts";
import { statusAfterHeartbeat, statusNow } from "../state/status.ts";
import { defaultRuntime, newWorkspace } from "../state/workspace_row.ts";

const MAX_MONTHLY_SPEND = 1e12;

const registerBody = z.object({
  id: field.requiredText(),
  url: field.text(),
  agent_card: field.requiredJson(),
  delivery_mode: field.text(),
  kind: field.text(),
});

const heartbeatBody = z.object({
  workspace_id: field.requiredText(),
  error_rate: field.number(),
  sample_error: field.text(),
  active_tasks: field.int(),
  uptime_seconds: field.int(),
  current_task: field.text(),
  monthly_spend: field.int(),
  runtime_state: field.text(),
  // Checked but without effect: it tunes the containers that the platform runs itself.
  runtime_metadata: orZero(
    z.looseObject({
      capabilities: z.nullish(z.record(z.string(), z.boolean())),
      idle_timeout_seconds: z.nullish(z.int()),
    }),
    null,
  ),
});

/** What N3 accepts in addition; checked but without effect on an external workspace. */
const heartbeatOfN3 = z.extend(heartbeatBody, {
  is_busy: z.nullish(z.boolean()),
  observed_generation: z.nullish(z.int()),
  schema_version: z.nullish(z.string()),
  mcp_tools_ready: z.nullish(z.boolean()),
  first_ready_at: z.nullish(z.string()),
});

const updateCardBody = z.object({
  workspace_id: field.requiredText(),
  agent_card: field.requiredJson(),
});

/** POST /registry/register */
export async function register(platform: PlatformContext, exchange: Exchange): Promise<Response> {
  const { store, clock, events } = platform;
  const body = bind(exchange.body, registerBody);
  if (!body) return fail(400, "invalid request body");
  const { delivery_mode: asked } = body;
  if (asked !== "" && asked !== "push" && asked !== "poll") {
    return fail(400, "delivery_mode must be 'push' or 'poll'");
  }
  const reserved = refuseKind(platform, body.kind);
  if (reserved) return reserved;
  const mode = asked || store.workspace(body.id)?.deliveryMode || "push";
  const problem = mode === "push" ? await pushUrlProblem(platform, body.url) : undefined;
  if (problem) return fail(400, problem);
  if (mode === "push" && await hasUnsafeUrl(platform, body.agent_card)) {
    return fail(400, "workspace agent_card URL not allowed");
  }
  const refusal = await requireTokenIfEnrolled(platform, exchange, body.id, "registry");
  if (refusal) return refusal;

  const minted = await makeToken(body.id, clock.stamp());
  const { card, secret } = upsert(platform, body.id, body.agent_card, body.url, mode);
  // Nothing else can run between the check and the insert: only one of two first calls mints.
  const first = !hasInstanceToken(platform, body.id);
  if (first) store.insertToken(minted.row);
  events.emit(body.id, "WORKSPACE_ONLINE", { agent_card: card, delivery_mode: mode });
  return json(200, {
    status: "registered",
    delivery_mode: mode,
    platform_inbound_secret: secret,
    auth_token: first ? minted.token : undefined,
  });
}

/** POST /registry/heartbeat */
export async function heartbeat(platform: PlatformContext, exchange: Exchange): Promise<Response> {
  const { store, events } = platform;
  const isN3 = isAtLeast(platform.options, "n3");
  const body = bind(exchange.body, isN3 ? heartbeatOfN3 : heartbeatBody);
  if (!body) return fail(400, "invalid request body");
  const id = body.workspace_id;
  const refusal = await requireTokenIfEnrolled(platform, exchange, id, "registry");
  if (refusal) return refusal;

  const row = store.workspace(id);
  // A removed workspace has no live token, so it passes; there is no row to update.
  const ok = { status: "ok", generation: isN3 ? 0 : undefined };
  if (!row || row.status === "removed") return json(200, ok);
  const secret = row.inboundSecret ?? randomSecret();
  store.updateWorkspace(id, {
    status: statusAfterHeartbeat(statusNow(platform, row), body.error_rate, body.runtime_state),
    lastHeartbeatAt: platform.clock.nowMicros(),
    lastErrorRate: body.error_rate,
    lastSampleError: body.sample_error,
    activeTasks: body.active_tasks,
    uptimeSeconds: body.uptime_seconds,
    currentTask: body.current_task,
    inboundSecret: secret,
    monthlySpend: body.monthly_spend === 0
      ? row.monthlySpend
      : Math.min(Math.max(body.monthly_spend, 0), MAX_MONTHLY_SPEND),
  });
  events.emit(id, "WORKSPACE_HEARTBEAT", {
    active_tasks: body.active_tasks,
    error_rate: body.error_rate,
    uptime_seconds: body.uptime_seconds,
  });
  if (body.current_task !== row.currentTask) {
    events.emit(id, "TASK_UPDATED", { current_task: body.current_task });
  }
  const room = row.maxConcurrentTasks - body.active_tasks;
  if (room > 0) platform.background.run(() => drain(platform, id, room));
  return json(200, { ...ok, platform_inbound_secret: secret });
}

/** POST /registry/update-card */
export async function updateCard(platform: PlatformContext, exchange: Exchange): Promise<Response> {
  const body = bind(exchange.body, updateCardBody);
  if (!body) return fail(400, "invalid request body");
  const { workspace_id: id, agent_card: card } = body;
  const refusal = await requireTokenIfEnrolled(platform, exchange, id, "registry");
  if (refusal) return refusal;
  if (await hasUnsafeUrl(platform, card)) return fail(400, "workspace URL not allowed");
  platform.store.updateWorkspace(id, { agentCard: card });
  platform.events.emit(id, "AGENT_CARD_UPDATED", { agent_card: card });
  return json(200, { status: "updated" });
}

/** N2: the kind `platform` is for the organisation's own agent, which no client registers. */
function refuseKind({ options }: PlatformContext, kind: string): Response | undefined {
  if (!isAtLeast(options, "n2") || kind === "" || kind === "workspace") return undefined;
  return kind === "platform"
    ? fail(403, "kind 'platform' is reserved")
    : fail(400, "kind must be 'workspace' or 'platform'");
}

/** N2 also checks the URL in a card. */
async function hasUnsafeUrl({ options }: PlatformContext, card: Json): Promise<boolean> {
  if (!isAtLeast(options, "n2") || !isObject(card) || typeof card.url !== "string") return false;
  return await urlProblem(card.url, options) !== undefined;
}

async function pushUrlProblem(
  platform: PlatformContext,
  url: string,
): Promise<string | undefined> {
  if (url === "") return "url is required for push-mode workspaces";
  return await urlProblem(url, platform.options);
}

/** Inserts or updates the row; a removed one silently stays as it is. */
function upsert(
  platform: PlatformContext,
  id: string,
  given: Json,
  url: string,
  mode: DeliveryMode,
): { card: Json; secret: string } {
  const { store, clock } = platform;
  const existing = store.workspace(id);
  const card = isAtLeast(platform.options, "n3") ? described(given) : given;
  const secret = existing?.inboundSecret ?? randomSecret();
  const change: Partial<WorkspaceRow> = {
    agentCard: card,
    url: url || null,
    deliveryMode: mode,
    status: "online",
    lastHeartbeatAt: clock.nowMicros(),
    inboundSecret: secret,
  };
  // An unknown id is created, as the platform does: a typo registers a stray workspace.
  if (!existing) {
    store.insertWorkspace({
      ...newWorkspace(id, id, defaultRuntime(platform.options)),
      ...change,
    });
  } else if (existing.status !== "removed") store.updateWorkspace(id, change);
  return { card, secret };
}

/** A card without a description gets its name as one. */
function described(card: Json): Json {
  if (!isObject(card) || typeof card.name !== "string" || card.description) return card;
  return { ...card, description: card.name };
}
