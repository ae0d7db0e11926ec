import type { Settings } from "../config/settings.ts";
import { startInbox } from "../inbox/start.ts";
import { byteChunks } from "../mcp/byte_chunks.ts";
import { channelPush } from "../mcp/channel.ts";
import { instructions } from "../mcp/instructions.ts";
import { McpServer } from "../mcp/server.ts";
import { StdioTransport } from "../mcp/stdio_transport.ts";
import { ToolCalls } from "../mcp/tool_calls.ts";
import { toolList } from "../mcp/tool_list.ts";
import { PlatformClient } from "../platform/client.ts";
import { processBudget, RequestBudget } from "../platform/request_budget.ts";
import { Presence } from "../presence/presence.ts";
import { RememberedCard } from "../presence/remembered_card.ts";
import { Log } from "../safety/log.ts";
import { loadPolicy } from "../safety/policy_file.ts";
import { OutboundSecrets } from "../safety/outbound_secrets.ts";
import { SecretScrubber } from "../safety/redact.ts";
import { BackgroundDelegations } from "../tools/background_delegations.ts";
import type { ToolServices } from "../tools/context.ts";
import { Sessions, type WorkspaceSession } from "../tools/sessions.ts";
import { TOOLS } from "../tools/table.ts";
import { buildWorkspaces } from "./build_workspaces.ts";
import { isEnvironmentOpen } from "./environment.ts";
import { EXIT } from "./exit_codes.ts";
import { lookAfterStateDir } from "./look_after_state_dir.ts";
import { processEnd } from "./process_end.ts";
import { StderrLines } from "./stderr_lines.ts";

/** The process is gone within a second; what it wrote is safe at any moment. */
const CLOSE_PATIENCE_MS = 500;
/** What was said last is to be read, also when closing took all of its time. */
const LEAST_FLUSH_MS = 100;

/**
 * Serves MCP on stdin and stdout until the input ends or a signal comes. A refused token does not
 * end it: clients never start a stdio server again, and the token may heal (design.md, Start).
 *
 * @param notices lines from the configuration that a person should see
 * @returns the exit code
 */
export async function serve(settings: Settings, notices: readonly string[]): Promise<number> {
  const scrubber = new SecretScrubber(settings.workspaces.map(({ id }) => id));
  const stderr = new StderrLines();
  const log = new Log({
    write: (line) => stderr.write(line),
    scrubber,
    verbose: settings.verbose,
    ownIds: settings.workspaces.map(({ id }) => id),
  });
  for (const { inlineToken } of settings.workspaces) scrubber.add(inlineToken);
  for (const notice of notices) log.problem(notice);
  // Asking costs a look at each variable.
  if (settings.verbose) {
    log.info(isEnvironmentOpen() ? "The environment is open" : "The environment is closed");
  }

  const ending = new AbortController();
  // Before the client hears anything: whoever ends the process then finds it listening, and a
  // parent that goes at once is noticed.
  const ended = processEnd(ending.signal);
  const registry = buildWorkspaces(settings, (line) => log.problem(line));
  const outbound = new OutboundSecrets(scrubber, () => registry.secrets());
  const [first, ...others] = registry.list().map((workspace): WorkspaceSession => ({
    workspace,
    client: new PlatformClient(workspace, { onToken: (token) => scrubber.add(token), outbound }),
  }));
  if (!first) throw new Error("Settings without a workspace");
  const sessions = new Sessions([first, ...others]);
  // For what the program asks of itself: the agent's calls wait for no budget.
  const ofProcess = processBudget();
  const ownClients = sessions.list().map(({ workspace, client: { access } }) =>
    new PlatformClient(workspace, {
      onToken: (token) => scrubber.add(token),
      outbound,
      access,
      budget: new RequestBudget(ofProcess),
    })
  );
  const policy = await loadPolicy(
    settings.policyDir,
    (line) => log.problem(line),
    settings.fallbackTier,
  );
  const inbox = startInbox({
    enabled: settings.inboxEnabled,
    stateDir: settings.stateDir,
    multiWorkspace: settings.multiWorkspace,
    clients: ownClients,
    log,
    signal: ending.signal,
  });
  const services: ToolServices = {
    settings,
    sessions,
    policy,
    inbox,
    background: new BackgroundDelegations(),
    log,
  };

  const calls = new ToolCalls(TOOLS, services, scrubber);
  const server = new McpServer({
    instructions: () => instructions(settings.instructionsPollTimeoutSecs),
    listTools: () => toolList(TOOLS),
    callTool: (call) => calls.call(call),
    onClient: (client, gone) => inbox.deliverTo(channelPush(server, client, scrubber, gone)),
  });
  server.onerror = (error) => log.info(`MCP: ${error.message}`);
  const disconnected = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  await server.connect(
    new StdioTransport({ input: byteChunks(Deno.stdin), output: Deno.stdout }),
  );

  // In the background: no client waits for housekeeping.
  lookAfterStateDir(settings.stateDir, log);

  const presences = !settings.heartbeatEnabled ? [] : ownClients.map((client) => {
    const cards = new RememberedCard(settings, client.workspace.id, (line) => log.problem(line));
    return new Presence(client, {
      card: () => cards.current(),
      log,
      onSecret: (secret) => scrubber.add(secret),
      currentTask: () => services.background.current.of(client.workspace.id),
      onBeat: () => inbox.signOfLife(client.workspace.id),
    });
  });
  // All at the same time, each as soon as it can: one that is refused does not stop the others.
  const online = Promise.all(presences.map((presence) => presence.run(ending.signal)));
  for (const { workspace } of sessions.list()) {
    const choice = await workspace.tokens.describeChoice();
    if (choice !== undefined) log.problem(choice);
  }

  await Promise.race([disconnected, ended]);
  const endsAtMs = performance.now() + CLOSE_PATIENCE_MS;
  ending.abort();
  // Presence too: a secret that just came is in its file then, and no half of one beside it.
  await Promise.race([Promise.all([inbox.close(), online]), patience(CLOSE_PATIENCE_MS)]);
  for (const client of [...sessions.list().map(({ client }) => client), ...ownClients]) {
    client.close();
  }
  await stderr.flush(Math.max(endsAtMs - performance.now(), LEAST_FLUSH_MS));
  const allRefused = sessions.list().every(({ client }) => client.access.neverAccepted);
  return allRefused ? EXIT.refused : EXIT.ok;
}

function patience(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
