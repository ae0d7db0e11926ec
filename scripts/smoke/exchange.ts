import { field } from "../../src/lib/json.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import type { Limits } from "./limits.ts";
import type { McpSession } from "./mcp_session.ts";
import { processesWith } from "./processes.ts";
import { hold, type Program } from "./program.ts";
import { type SmokeSandbox, smokeSandbox } from "./sandbox.ts";

/** The sandbox's workspace, and a peer of it. */
interface Team extends Pick<SmokeSandbox, "platform" | "agent"> {
  readonly peer: { readonly id: string };
}

/** What a program is started with, for flags that have to name it. */
export interface LaunchContext {
  readonly platformUrl: string;
  readonly stateDir: string;
}

/**
 * A whole session against a local platform: the tools are there, one call of each kind works, a
 * message comes in, and with the end of stdin everything is over. It runs in an empty folder that
 * nobody can write to.
 *
 * @param start the program, or what makes it from what it is started with
 * @throws {SmokeFailure}
 */
export async function exchange(
  start: Program | ((context: LaunchContext) => Program),
  limits: Limits,
): Promise<void> {
  await using sandbox = await smokeSandbox();
  const { platform, agent, stateDir, cwd } = sandbox;
  const peer = await platform.createWorkspace({
    name: "Peer",
    parentId: agent.id,
    deliveryMode: "poll",
    status: "online",
  });
  // A marker that every process started by the program inherits, to find them by.
  const marker = `smoke-${crypto.randomUUID()}`;
  const program = typeof start === "function"
    ? start({ platformUrl: platform.url, stateDir })
    : start;
  await using session = await sandbox.open(program, limits, { MOLECULE_AGENT_NAME: marker });
  await listTools(session);
  await callOneOfEachKind(session, { platform, agent, peer });
  await receive(session, { platform, agent, peer });
  const { code, stderr } = await session.end();
  hold("the exit code is 0 after the end of input", code === 0, code);
  hold("stderr is silent on success", stderr === "", stderr.slice(0, 300));
  const left = await processesWith(marker);
  hold("no process is left", left.length === 0, left);
  const written = await Array.fromAsync(Deno.readDir(cwd), ({ name }) => name);
  hold("nothing is written into the working directory", written.length === 0, written);
}

async function listTools(session: McpSession): Promise<void> {
  const tools = field(await session.request("tools/list"), "tools");
  const names = Array.isArray(tools) ? tools.map((tool) => String(field(tool, "name"))).sort() : [];
  const expected = TOOLS.map(({ name }) => name).sort();
  hold("every tool is listed", names.join() === expected.join(), names);
}

/** Reading, writing, writing to the user, delegating, and one call that needs no request. */
async function callOneOfEachKind(session: McpSession, { platform, agent, peer }: Team) {
  const { text: identity } = await session.callTool("get_runtime_identity");
  hold("get_runtime_identity names the workspace", identity.includes(agent.id), identity);

  const { text: peers } = await session.callTool("list_peers");
  hold("list_peers shows the peer", peers.includes(peer.id), peers);

  await session.callTool("commit_memory", { content: "smoke rises", scope: "LOCAL" });
  const { text: memory } = await session.callTool("recall_memory", { query: "smoke" });
  hold("recall_memory finds what was committed", memory.includes("smoke rises"), memory);

  await session.callTool("send_message_to_user", { message: "all well" });
  const [shown] = platform.userMessages(agent.id);
  hold("the user sees the message", shown?.message === "all well", shown);

  const { text: delegation } = await session.callTool("delegate_task_async", {
    workspace_id: peer.id,
    task: "keep watch",
  });
  hold("delegate_task_async hands the work over", delegation.includes(peer.id), delegation);
}

async function receive(session: McpSession, { platform, agent }: Team): Promise<void> {
  await platform.sendAsUser(agent.id, "is anybody there?");
  const { structured } = await session.callTool("wait_for_message", { timeout_secs: 15 });
  hold("the user's message arrives", field(structured, "text") === "is anybody there?", structured);
  const popped = await session.callTool("inbox_pop", {
    activity_id: field(structured, "activity_id"),
  });
  hold("inbox_pop removes it", field(popped.structured, "removed") === true, popped.text);
}
