import type { InboxMessage } from "../inbox/message.ts";
import { listActivity } from "../platform/activity.ts";
import { PlatformError } from "../platform/errors.ts";
import type { ToolContext } from "./context.ts";
import { ToolInputError } from "./define_tool.ts";

/** How soon a wait notices that nothing can come any more. */
const CHECK_INTERVAL_MS = 2_000;

/**
 * Why no message can come: the platform takes no workspace of this process. One whose token is
 * refused is tried first, if the time for that has come.
 *
 * @returns `undefined` when messages may come, or there is no telling
 */
export async function shutOut(context: ToolContext): Promise<string | undefined> {
  const { sessions, signal } = context;
  if (problems(context) === undefined) return undefined;
  await Promise.all(
    sessions.list().map(async ({ client }) => {
      try {
        await listActivity(client, { limit: 1 }, signal);
      } catch (error) {
        // What the access now knows is the answer; the call itself is of no interest.
        if (!(error instanceof PlatformError)) throw error;
      }
    }),
  );
  return problems(context);
}

/**
 * The oldest message, as soon as there is one; `undefined` at the timeout or the signal.
 *
 * @throws {ToolInputError} when none can come
 */
export async function waitUnlessShutOut(
  context: ToolContext,
  timeoutMs: number,
): Promise<InboxMessage | undefined> {
  const { inbox, signal } = context;
  const endMs = performance.now() + timeoutMs;
  // What is at hand is given out, whatever the state of the platform.
  if (inbox.peek(1).length === 0) await throwIfShutOut(context);
  let leftMs = timeoutMs;
  while (true) {
    const { message, interrupted } = await waitWhileOpen(context, leftMs);
    if (message !== undefined || signal.aborted) return message;
    await throwIfShutOut(context);
    leftMs = endMs - performance.now();
    // Interrupted by a refusal that is over by now, it goes on.
    if (!interrupted || leftMs <= 0) return undefined;
  }
}

async function throwIfShutOut(context: ToolContext): Promise<void> {
  const reason = await shutOut(context);
  if (reason !== undefined) throw new ToolInputError(`Error: no message can come: ${reason}`);
}

/** Waits, but no longer than there is a workspace that the platform takes. */
async function waitWhileOpen(
  context: ToolContext,
  timeoutMs: number,
): Promise<{ message: InboxMessage | undefined; interrupted: boolean }> {
  const shut = new AbortController();
  const timer = setInterval(() => {
    if (problems(context) !== undefined) shut.abort();
  }, CHECK_INTERVAL_MS);
  try {
    const either = AbortSignal.any([context.signal, shut.signal]);
    const message = await context.inbox.wait(timeoutMs, either);
    return { message, interrupted: shut.signal.aborted };
  } finally {
    clearInterval(timer);
  }
}

/** What is known without asking: `undefined` while one workspace is not shut out. */
function problems({ sessions }: ToolContext): string | undefined {
  const found = sessions.list().map(({ client }) => client.access.problem);
  if (found.some((problem) => problem === undefined)) return undefined;
  return [...new Set(found)].join("; ");
}
