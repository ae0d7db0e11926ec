import * as z from "zod/mini";
import { defineTool } from "./define_tool.ts";

export const getRuntimeIdentityTool = defineTool({
  name: "get_runtime_identity",
  title: "Runtime identity",
  description:
    "Which model, provider, tier, workspace and runtime this process runs as, from its " +
    "environment. Makes no network call.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({}),
  output: z.looseObject({}),
  run(_args, { settings }) {
    const structured = { ...settings.runtimeIdentity };
    return Promise.resolve({ text: JSON.stringify(structured, null, 2), structured });
  },
});
