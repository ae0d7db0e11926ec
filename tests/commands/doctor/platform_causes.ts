/** Causes on the platform, in the workspace's record, and in the clock. */
import { deliveryFiles } from "../../../src/inbox/state/delivery_files.ts";
import { DelivererLock } from "../../../src/inbox/state/deliverer_lock.ts";
import type { NewWorkspace } from "../../../src/local/start.ts";
import { type Cause, fails, type Stage, warns } from "./stage.ts";

const ASK_MS = 1_000;

/** The clock. */
export const CLOCK_CAUSES: readonly Cause[] = [
  warns("clock.wrong", "this machine's clock is an hour ahead", () => ({
    world: { nowMs: () => Date.now() + 3_600_000 },
  })),
  warns("clock.wrong", "this machine's clock is at its beginning", () => ({
    world: { nowMs: () => Date.UTC(2000, 0, 1) },
  })),
];

/** The platform. */
export const PLATFORM_CAUSES: readonly Cause[] = [
  fails("platform.database_away", "the platform's database is away", (stage) => {
    stage.platform.faults.database();
    return {};
  }),
  fails("platform.trouble", "the platform has some other trouble", (stage) => {
    stage.platform.faults.use(() => Response.json({ error: "out of memory" }, { status: 500 }));
    return {};
  }),
  fails("platform.rate_limited", "the platform itself asks to wait", (stage) => {
    stage.platform.faults.use(({ path }) =>
      path === "/health" ? undefined : Response.json({ error: "slow down" }, { status: 429 })
    );
    return {};
  }),
  fails("platform.unexpected", "the platform does not show a workspace's record", (stage) => {
    stage.platform.faults.use(({ path }) =>
      path === `/workspaces/${stage.id}`
        ? Response.json({ error: "method not allowed" }, { status: 405 })
        : undefined
    );
    return {};
  }),
  fails("token.unknown", "the platform does not say whether it takes the token", (stage) => {
    stage.platform.faults.use(({ path }) =>
      path.endsWith("/activity") ? new Response("<html>", { status: 503 }) : undefined
    );
    return {};
  }),
  fails("token.unknown", "a page answers where the token is checked", (stage) => {
    stage.platform.faults.use(({ path }) =>
      path.endsWith("/activity")
        ? new Response("<html>", { headers: { "content-type": "text/html" } })
        : undefined
    );
    return {};
  }),
  warns("platform.no_since_id", "an old platform ignores since_id", () => ({}), {
    platform: { ignoresSinceId: true, version: "n1" },
  }),
  warns("platform.no_stream", "the event stream cannot be opened", (stage) => {
    stage.platform.faults.use(({ path }) =>
      path.endsWith("/events/stream")
        ? new Response("404 page not found", { status: 404 })
        : undefined
    );
    return {};
  }),
  warns("platform.no_stream", "something in between holds the event stream back", (stage) => {
    stage.platform.faults.use(({ path }) => path.endsWith("/events/stream") ? "hang" : undefined);
    return { world: { askMs: ASK_MS } };
  }),
];

/** A workspace beside the other one, made like this. */
const workspaceWith = (more: Omit<NewWorkspace, "name">) => async (stage: Stage) => {
  const parentId = stage.platform.workspace(stage.id)?.parentId ?? undefined;
  const { id, token } = await stage.platform.createWorkspace({ name: "Other", parentId, ...more });
  return { env: { WORKSPACE_ID: id, MOLECULE_WORKSPACE_TOKEN: token } };
};

/** Registers the workspace, as any server does. */
async function register({ platform: { url }, id, token }: Stage): Promise<void> {
  const card = { name: "elsewhere", skills: [] };
  const response = await fetch(`${url}/registry/register`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ id, url: "", agent_card: card, delivery_mode: "poll" }),
  });
  await response.body?.cancel();
}

/** Some server of this state directory delivers the workspace's messages. */
export async function holdLock(stage: Stage): Promise<void> {
  const lock = new DelivererLock(deliveryFiles(stage.stateDir, stage.id, undefined).lock);
  const held = await lock.acquire(() => {}, new AbortController().signal);
  if (held) stage.use(held);
}

/** The workspace. */
export const WORKSPACE_CAUSES: readonly Cause[] = [
  fails("workspace.absent", "the platform has no such workspace", () => ({
    env: { WORKSPACE_ID: crypto.randomUUID() },
  }), { exitCode: 3 }),
  fails("workspace.removed", "the workspace was removed", (stage) => {
    stage.platform.removeWorkspace(stage.id);
    return {};
  }, { exitCode: 3 }),
  fails("workspace.no_id", "WORKSPACE_ID is no UUID", () => ({
    env: { WORKSPACE_ID: "helper" },
  }), { exitCode: 3 }),
  warns("workspace.paused", "the workspace is paused", workspaceWith({ status: "paused" })),
  warns(
    "workspace.elsewhere",
    "another machine serves the workspace",
    async (stage) => {
      await register(stage);
      return {};
    },
  ),
  warns("workspace.not_online", "a server runs and its heartbeats do not arrive", async (stage) => {
    await holdLock(stage);
    return {};
  }),
  warns(
    "workspace.push_mode",
    "another program has registered it to be called",
    workspaceWith({ url: "https://agent.example.com", status: "degraded" }),
  ),
  warns("workspace.alone", "the workspace has no peers", async (stage) => {
    const { id, token } = await stage.platform.createWorkspace({ name: "Alone" });
    return { env: { WORKSPACE_ID: id, MOLECULE_WORKSPACE_TOKEN: token } };
  }),
  warns("delivery.trouble", "the server that runs has trouble of its own", async (stage) => {
    await holdLock(stage);
    await register(stage);
    const server = {
      running: true,
      pid: 1234,
      started_at: "2026-11-28T12:00:00Z",
      client: { name: "claude-code" },
      workspaces: [{ id: stage.id, inbox: "delivering" }],
      errors: [{ text: "the disk is full", over_at: null }, { text: "old", over_at: "2026" }],
    };
    return { world: { servers: () => Promise.resolve([server]) } };
  }),
];
