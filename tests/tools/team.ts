import {
  type CreatedWorkspace,
  type LocalPlatform,
  type LocalPlatformOptions,
  type NewWorkspace,
  startLocalPlatform,
} from "../../src/local/start.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { asks } from "./requests/asked.ts";
import { Agent, type AgentOptions, environment } from "./agent.ts";

/** A platform, an agent that leads a team on it, and one member of the team. */
export interface Team extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly agent: Agent;
  readonly lead: CreatedWorkspace;
  /** In poll mode and online, unless said otherwise. */
  readonly peer: CreatedWorkspace;
}

/** What a team may differ in. */
export interface TeamOptions extends AgentOptions {
  readonly platform?: LocalPlatformOptions;
  readonly lead?: Partial<NewWorkspace>;
  readonly peer?: Partial<NewWorkspace>;
  /** Further variables of the agent. */
  readonly env?: Record<string, string>;
}

/** Sets the team; everything is gone when it is disposed of. */
export async function startTeam(options: TeamOptions = {}): Promise<Team> {
  const platform = await startLocalPlatform({ allowLoopbackUrls: true, ...options.platform });
  const lead = await platform.createWorkspace({
    name: "Lead",
    deliveryMode: "poll",
    status: "online",
    ...options.lead,
  });
  const peer = await platform.createWorkspace({
    name: "Researcher",
    role: "research",
    parentId: lead.id,
    deliveryMode: "poll",
    status: "online",
    ...options.peer,
  });
  const agent = await Agent.start({ ...environment(platform, lead), ...options.env }, options);
  return {
    platform,
    agent,
    lead,
    peer,
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await agent[Symbol.asyncDispose]();
    },
  };
}

/** A push-mode peer at that URL. */
export function pushPeer(agent: { url: string }): Partial<NewWorkspace> {
  return { deliveryMode: "push", url: agent.url };
}

/** Every tool that calls the platform but those of `requestCalls`, with arguments that work. */
export function platformCalls(peerId: string): [tool: string, args: JsonObject][] {
  const target = { workspace_id: peerId, task: "x" };
  return [
    ["delegate_task", target],
    ["delegate_task_async", target],
    ["check_task_status", {}],
    ["list_peers", {}],
    ["get_workspace_info", {}],
    ["update_agent_card", { card: { name: "x" } }],
    ["broadcast_message", { message: "x" }],
    ["send_message_to_user", { message: "x" }],
    ["create_request", { kind: "task", title: "x" }],
    ["create_approval", { action: "x" }],
    ["check_requests", {}],
    ["list_inbox", {}],
    ["chat_history", { peer_id: peerId }],
    ["commit_memory", { content: "x" }],
    ["recall_memory", {}],
  ];
}

/** The tools that need a request, each with one that it works for once. */
export async function requestCalls(
  platform: LocalPlatform,
  own: CreatedWorkspace,
  peer: CreatedWorkspace,
): Promise<[tool: string, args: JsonObject][]> {
  const addressed = () => asks({ platform, by: peer }, own);
  return [
    ["get_request", { request_id: await addressed() }],
    ["respond_request", { request_id: await addressed(), action: "done" }],
    ["add_request_message", { request_id: await addressed(), body: "x" }],
    ["cancel_request", { request_id: await asks({ platform, by: own }, peer) }],
  ];
}
