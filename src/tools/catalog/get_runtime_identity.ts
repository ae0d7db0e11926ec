import * as z from "zod/mini";
import { versionText } from "../../version.ts";
import { defineTool } from "../support/define_tool.ts";

/** No client tells its servers; better said than guessed by an agent that sees an empty field. */
const UNKNOWN_MODEL =
  "An empty field is not known here: MCP clients do not say which model they run, " +
  "and the environment of this server (MODEL, MODEL_PROVIDER, TIER, …) does not set it.";

export const getRuntimeIdentityTool = defineTool({
  name: "get_runtime_identity",
  title: "Runtime identity",
  description:
    "Which model, provider, tier, workspace and runtime this process runs as, from its " +
    "environment, and on which platform. Makes no network call.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({}),
  output: z.looseObject({}),
  run(_args, { settings }) {
    const { runtimeIdentity, workspaces } = settings;
    const structured = {
      ...runtimeIdentity,
      workspaces: workspaces.map(({ id, platformUrl }) => ({ id, platform_url: platformUrl.base })),
      server: `molecule-mcp ${versionText()}`,
      system: `Deno ${Deno.version.deno}, ${Deno.build.target}`,
      ...(runtimeIdentity.model === "" && { note: UNKNOWN_MODEL }),
    };
    return Promise.resolve({ text: JSON.stringify(structured, null, 2), structured });
  },
});
