import * as z from "zod/mini";
import { versionText } from "../../version.ts";
import { defineTool } from "../support/define_tool.ts";

/**
 * Without this note an agent would guess at an empty field: no client tells its servers the model.
 */
const UNKNOWN_MODEL =
  "An empty field is unknown: MCP clients do not say which model they run, and this " +
  "server's environment (MODEL, MODEL_PROVIDER, TIER, …) does not set it.";

export const getRuntimeIdentityTool = defineTool({
  name: "get_runtime_identity",
  title: "Runtime identity",
  description: "Report the model, provider, tier, workspace and runtime from this process's " +
    "environment, and the platform it uses. Makes no network call.",
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
      note: runtimeIdentity.model === "" ? UNKNOWN_MODEL : undefined,
    };
    return Promise.resolve({ text: JSON.stringify(structured, null, 2), structured });
  },
});
