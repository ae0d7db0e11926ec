import * as z from "zod/mini";
import { getWorkspace } from "../../platform/api/workspaces.ts";
import { peerJson } from "../../safety/untrusted/peer_json.ts";
import { defineTool } from "../support/define_tool.ts";
import { sourceArgument } from "../support/arguments.ts";

export const getWorkspaceInfoTool = defineTool({
  name: "get_workspace_info",
  title: "Own workspace record",
  description: "Get this workspace's own record: id, name, role, tier, parent, status, and " +
    "whether it was removed.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    source_workspace_id: sourceArgument("to look up", "the primary one"),
  }),
  output: z.looseObject({}),
  async run(args, { router, signal }) {
    const { client } = router.route(args.source_workspace_id);
    const info = await getWorkspace(client, signal);
    switch (info.state) {
      case "present": {
        const record = peerJson(info.record) as Record<string, unknown>;
        return { text: JSON.stringify(record, null, 2), structured: record };
      }
      case "removed": {
        const removed = peerJson({
          error: "removed",
          id: info.id,
          removed_at: info.removedAt,
          hint: info.hint,
        }) as Record<string, unknown>;
        return { text: JSON.stringify(removed, null, 2), structured: removed, isError: true };
      }
      case "absent": {
        const absent = { error: "not found" };
        return { text: JSON.stringify(absent), structured: absent, isError: true };
      }
      case "no_id": {
        const noId = { error: "not a workspace id", hint: client.access.problem };
        return { text: JSON.stringify(noId), structured: noId, isError: true };
      }
    }
  },
});
