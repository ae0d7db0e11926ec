import * as z from "zod/mini";
import { defineTool, ToolInputError } from "./define_tool.ts";

const DEFAULT_SECS = 60;
const MAX_SECS = 300;
const PROGRESS_INTERVAL_MS = 10_000;

export const waitForMessageTool = defineTool({
  name: "wait_for_message",
  title: "Wait for a message",
  description: "Wait until a message from a user or a peer is there, or the timeout passes. The " +
    "message stays waiting: call inbox_pop once it is handled.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    timeout_secs: z.optional(
      z.any().check(
        z.meta({ type: "number", description: "Longest wait; default 60, at most 300." }),
      ),
    ),
  }),
  output: z.looseObject({}),
  async run(args, { inbox, signal, progress }) {
    const reason = await inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const timeoutSecs = parseTimeout(args.timeout_secs);
    const startedAt = Date.now();
    const timer = progress && setInterval(() => {
      progress(`Waiting for a message (${Math.round((Date.now() - startedAt) / 1000)} s)`);
    }, PROGRESS_INTERVAL_MS);
    try {
      const message = await inbox.wait(timeoutSecs * 1000, signal);
      const result = message ? { ...message } : { timeout: true, timeout_secs: timeoutSecs };
      return { text: JSON.stringify(result), structured: result };
    } finally {
      clearInterval(timer);
    }
  },
});

function parseTimeout(value: unknown): number {
  if (typeof value !== "number" || Number.isNaN(value)) return DEFAULT_SECS;
  return Math.min(Math.max(value, 0), MAX_SECS);
}
