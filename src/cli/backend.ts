import type { Settings } from "../config/settings.ts";
import { startInbox } from "../inbox/start_inbox.ts";
import { channelPush } from "../mcp/push/channel.ts";
import type { ClientInfo } from "../mcp/protocol/handshake.ts";
import type { McpServer } from "../mcp/server.ts";
import { ToolCalls } from "../mcp/calls/tool_calls.ts";
import { toolLister } from "../mcp/calls/tool_list.ts";
import type { ToolProvider } from "../mcp/calls/tool_provider.ts";
import { PlatformClient } from "../platform/client/client.ts";
import { sleep } from "../lib/sleep.ts";
import { requestBudgets } from "../platform/client/request_budget.ts";
import { heartbeatIntervalMs } from "../presence/heartbeat_interval.ts";
import { Presence } from "../presence/presence.ts";
import { RememberedCard } from "../presence/agent_card.ts";
import type { Log } from "../safety/log.ts";
import { OutboundSecrets } from "../safety/secrets/outbound_secrets.ts";
import { loadPolicy } from "../safety/policy_file.ts";
import type { SecretRedactor } from "../safety/secrets/secret_redactor.ts";
import { BackgroundDelegations } from "../tools/delegation/background_delegations.ts";
import type { ToolServices } from "../tools/support/context.ts";
import { type WorkspaceConnection, WorkspaceRouter } from "../tools/support/workspace_router.ts";
import { TOOLS } from "../tools/tools.ts";
import { createWorkspaces } from "./create_workspaces.ts";
import { lookAfterStateDir } from "./look_after_state_dir.ts";
import { ServerStatus } from "./server_status.ts";

/** What the backend is started with. */
export interface BackendOptions {
  readonly settings: Settings;
  readonly redactor: SecretRedactor;
  readonly log: Log;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Everything behind the protocol: the tools, the inbox, the presence on the platform. */
export interface Backend extends ToolProvider {
  /** The client is ready: waiting and later messages are pushed to it, if it takes pushes. */
  deliverTo(server: McpServer, client: ClientInfo, gone: AbortSignal): void;
  /** A client without a handshake calls a tool. */
  servesClient(client: ClientInfo): void;
  /** Whether the platform refused every workspace and never accepted one. */
  allRefused(): boolean;
  /** Resolves when everything has stopped after the signal, or when that takes too long. */
  close(patienceMs: number): Promise<void>;
}

/** Starts it for every workspace in the settings, without waiting for any platform's answer. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { settings, redactor, log, signal } = options;
  const registry = createWorkspaces(settings, (line) => log.problem(line));
  const outbound = new OutboundSecrets(redactor, () => registry.secrets());
  const [first, ...others] = registry.list().map((workspace): WorkspaceConnection => ({
    workspace,
    client: new PlatformClient(workspace, { onToken: (token) => redactor.add(token), outbound }),
  }));
  if (!first) throw new Error("Settings without a workspace");
  const router = new WorkspaceRouter([first, ...others]);
  // For requests that the program makes on its own: the agent's calls wait for no budget.
  const budgets = requestBudgets(router.list().map(({ workspace }) => workspace));
  const ownClients = router.list().map(({ workspace, client: { access } }, index) =>
    new PlatformClient(workspace, {
      onToken: (token) => redactor.add(token),
      outbound,
      access,
      budget: budgets[index]?.budget,
    })
  );
  const policy = await loadPolicy(
    settings.policyDir,
    (line) => log.problem(line),
    settings.fallbackTier,
  );
  const status = new ServerStatus(settings, log);
  const inbox = startInbox({
    enabled: settings.inboxEnabled,
    stateDir: settings.stateDir,
    multiWorkspace: settings.multiWorkspace,
    clients: ownClients,
    onChange: status.changed,
    onAnswerHeld: (id) => presences.find(({ workspaceId }) => workspaceId === id)?.beatSoon(),
    log,
    signal,
  });
  const services: ToolServices = {
    settings,
    router,
    policy,
    inbox,
    background: new BackgroundDelegations(),
    log,
  };

  const calls = new ToolCalls(TOOLS, services, redactor);

  // In the background: no client should wait for housekeeping.
  lookAfterStateDir(settings.stateDir, log).then(() => status.open(inbox));

  const presences = !settings.heartbeatEnabled ? [] : ownClients.map((client, index) => {
    const cards = new RememberedCard(settings, client.workspace.id, (line) => log.problem(line));
    const { onBeat, ...told } = status.ofPresence(client.workspace.id);
    return new Presence(client, {
      ...told,
      intervalMs: heartbeatIntervalMs(budgets[index]?.sharers),
      phase: (index + 1) / ownClients.length,
      card: () => cards.current(),
      log,
      onSecret: (secret) => redactor.add(secret),
      currentTask: () => services.background.currentTasks.of(client.workspace.id),
      onBeat: () => {
        onBeat();
        inbox.signOfLife(client.workspace.id);
      },
    });
  });
  // All at the same time: one that is refused does not stop the others.
  const online = Promise.all(presences.map((presence) => presence.run(signal)));
  const described = describeTokens(router, log);

  return {
    listTools: toolLister(TOOLS),
    callTool: (call) => calls.call(call),
    servesClient: (client) => status.servesClient(client),
    deliverTo: (server, client, gone) => {
      status.servesClient(client);
      gone.addEventListener("abort", () => status.servesClient(undefined), { once: true });
      inbox.deliverTo(channelPush(server, client, redactor, gone));
    },
    allRefused: () => router.list().every(({ client }) => client.access.neverAccepted),
    close: async (patienceMs) => {
      // Presence too: a secret that has just arrived is then whole in its file, with no partial
      // file beside it.
      const parts = [status.close(), inbox.close(), online, described];
      await Promise.race([Promise.all(parts), sleep(patienceMs)]);
      for (const client of [...router.list().map(({ client }) => client), ...ownClients]) {
        client.close();
      }
    },
  };
}

/** Reports which token is used where the sources hold different ones. */
async function describeTokens(router: WorkspaceRouter, log: Log): Promise<void> {
  for (const { workspace } of router.list()) {
    const choice = await workspace.tokens.describeChoice();
    if (choice !== undefined) log.problem(choice);
  }
}
