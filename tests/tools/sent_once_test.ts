import { assert, assertEquals } from "@std/assert";
import type { JsonObject } from "../../src/lib/json.ts";
import { raised } from "./requests/asked.ts";
import { startTeam } from "./team.ts";

/** What the platform would do twice if it came twice, and where it arrives. */
const CALLS: (ids: { peer: string; request: string }) => [string, JsonObject, RegExp][] = (
  { peer, request },
) => [
  ["create_request", { kind: "task", title: "x" }, /\/requests$/],
  ["create_approval", { action: "x" }, /\/requests$/],
  ["add_request_message", { request_id: request, body: "x" }, /\/messages$/],
  ["send_message_to_user", { message: "x" }, /\/notify$/],
  ["broadcast_message", { message: "x" }, /\/broadcast$/],
  ["commit_memory", { content: "x" }, /\/memories$/],
  ["delegate_task", { workspace_id: peer, task: "x" }, /\/a2a$/],
];

Deno.test("what cannot be taken back arrives once, also when a connection that is in use breaks", async () => {
  await using team = await startTeam({ lead: { abilities: { broadcast: true } } });
  const { agent, platform, peer } = team;
  const request = await raised(agent);
  for (const [tool, args, path] of CALLS({ peer: peer.id, request })) {
    // The connection has carried a request before: such a one `fetch` replaces silently.
    await agent.ok("list_peers");
    platform.clearRequests();
    const end = platform.faults.after((call) =>
      call.method === "POST" && path.test(call.path) ? "drop" : undefined
    );
    const { text } = await agent.call(tool, args);
    end();
    assert(/broke before the answer/.test(text), `${tool}: ${text}`);
    assertEquals(platform.requests.filter((call) => path.test(call.path)).length, 1, tool);
  }
});
