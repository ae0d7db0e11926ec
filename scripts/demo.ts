/**
 * The demo: one piece of work across a local platform, two agents that run `molecule-mcp` as a real
 * MCP client would start it, one that is called over HTTP, and a user at the canvas. Exits 0 when
 * every step succeeded.
 *
 * Usage: deno task demo   (scripts/task.ts passes the dependency flags as --deno=FLAG)
 *
 * @module
 */
import { startLocalPlatform } from "../src/local/start.ts";
import { Agent } from "./demo/agent.ts";
import { play } from "./demo/play.ts";
import { startPushAgent } from "./demo/push_agent.ts";
import { Transcript } from "./demo/transcript.ts";
import { TempDir } from "./temp_dir.ts";

const TIME_LIMIT_MS = 60_000;

if (import.meta.main) {
  const denoFlags = Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
  Deno.exit(await demo(denoFlags));
}

/** @returns the exit code */
async function demo(denoFlags: readonly string[]): Promise<number> {
  const transcript = new Transcript(console.log);
  const watchdog = setTimeout(() => {
    transcript.failed(new Error(`not finished after ${TIME_LIMIT_MS / 1000} s`));
    Deno.exit(1);
  }, TIME_LIMIT_MS);
  await using platform = await startLocalPlatform({ allowLoopbackUrls: true });
  await using writer = startPushAgent(transcript);
  await using stateDir = await TempDir.make();
  const agents: Agent[] = [];
  try {
    transcript.title("A local Molecule platform", platform.url);
    const lead = await platform.createWorkspace({ name: "Lead", role: "coordinator" });
    const team = { parentId: lead.id };
    const researcher = await platform.createWorkspace({
      name: "Researcher",
      role: "looks things up",
      ...team,
    });
    await platform.createWorkspace({
      name: "Writer",
      role: "turns notes into prose",
      deliveryMode: "push",
      url: writer.url,
      ...team,
    });
    for (const [name, workspace] of Object.entries({ Lead: lead, Researcher: researcher })) {
      const registered = platform.nextRequest(({ path }) => path === "/registry/register");
      agents.push(
        await Agent.start(name, workspace, {
          platformUrl: platform.url,
          stateDir: stateDir.path,
          denoFlags,
          transcript,
        }),
      );
      await (await registered).answered; // From now on the others reach it.
    }
    const [leadAgent, researcherAgent] = agents;
    if (!leadAgent || !researcherAgent) throw new Error("the agents did not start");
    const cast = { platform, lead: leadAgent, researcher: researcherAgent, transcript };
    await play({ ...cast, leadDir: stateDir.path });
    transcript.done();
    return 0;
  } catch (error) {
    transcript.failed(error);
    return 1;
  } finally {
    clearTimeout(watchdog);
    await Promise.all(agents.map((agent) => agent.stop()));
  }
}
