import type { InboxMessage } from "../../inbox/message.ts";
import { listActivity } from "../../platform/api/activity.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/errors.ts";

/** How soon a wait notices that no message can arrive any more. */
const CHECK_INTERVAL_MS = 2_000;

/** Whether messages can arrive, and what keeps them from arriving. */
interface InboxHealth {
  /** In words, naming the workspaces concerned; `undefined` when there is none. */
  readonly problem: string | undefined;
  /**
   * `stopped`: no workspace can receive until something changes; `failing`: none does at present;
   * `receiving`: at least one does, or may.
   */
  readonly state: "stopped" | "failing" | "receiving";
}

/**
 * What keeps messages from arriving. A workspace whose token is refused is tried first, if its next
 * attempt is due.
 *
 * @throws {ToolInputError} when there are no messages and none can arrive
 */
export async function checkInbox(
  context: ToolContext,
  messages: readonly unknown[],
): Promise<string | undefined> {
  if (messages.length === 0 && inboxHealth(context).state === "stopped") {
    await retryRefusedWorkspaces(context);
  }
  if (messages.length > 0) return problemBesideMessage(context);
  const { problem, state } = inboxHealth(context);
  if (state === "receiving") return problem;
  throw new ToolInputError(`Error: no messages can be received: ${problem}`);
}

/** The result of a wait. */
export interface InboxWaitResult {
  readonly message: InboxMessage | undefined;
  /** What keeps (other) messages from arriving. */
  readonly problem: string | undefined;
}

/**
 * The oldest message, as soon as there is one; none at the timeout or the signal. The wait goes on
 * through an outage, but not through a problem that somebody has to fix.
 *
 * @throws {ToolInputError} when none can arrive
 */
export async function waitForInboxMessage(
  context: ToolContext,
  timeoutMs: number,
): Promise<InboxWaitResult> {
  const { inbox, signal } = context;
  const endMs = performance.now() + timeoutMs;
  // A message that is already here is handed out, whatever the state of the platform.
  if (inbox.peek(1).length === 0) await throwIfStopped(context);
  let leftMs = timeoutMs;
  while (true) {
    const { message, interrupted } = await waitUntilStopped(context, leftMs);
    if (message !== undefined) return { message, problem: problemBesideMessage(context) };
    if (signal.aborted) return { message, problem: inboxHealth(context).problem };
    await throwIfStopped(context);
    leftMs = endMs - performance.now();
    // Interrupted by a refusal that is over by now: the wait goes on.
    if (interrupted && leftMs > 0) continue;
    const { problem, state } = inboxHealth(context);
    if (state === "receiving") return { message: undefined, problem };
    throw new ToolInputError(
      `Error: no message arrived, and none can arrive at present: ${problem}. Call ` +
        "wait_for_message again to keep waiting; no message is lost",
    );
  }
}

async function throwIfStopped(context: ToolContext): Promise<void> {
  if (inboxHealth(context).state !== "stopped") return;
  await retryRefusedWorkspaces(context);
  const { problem, state } = inboxHealth(context);
  if (state === "stopped") throw new ToolInputError(`Error: no message can arrive: ${problem}`);
}

async function retryRefusedWorkspaces({ router, signal }: ToolContext): Promise<void> {
  await Promise.all(
    router.list().map(async ({ client }) => {
      if (client.access.problem === undefined) return;
      try {
        await listActivity(client, { limit: 1 }, signal);
      } catch (error) {
        // Only what `access` learned from the call matters, not its result.
        if (!(error instanceof PlatformError)) throw error;
      }
    }),
  );
}

/** Waits, but only while at least one workspace may still receive something. */
async function waitUntilStopped(
  context: ToolContext,
  timeoutMs: number,
): Promise<{ message: InboxMessage | undefined; interrupted: boolean }> {
  const stopped = new AbortController();
  const timer = setInterval(() => {
    if (inboxHealth(context).state === "stopped") stopped.abort();
  }, CHECK_INTERVAL_MS);
  try {
    const either = AbortSignal.any([context.signal, stopped.signal]);
    const message = await context.inbox.wait(timeoutMs, either);
    return { message, interrupted: stopped.signal.aborted };
  } finally {
    clearInterval(timer);
  }
}

/**
 * Beside a message: a fetch that is still under way is no problem, it is what brought the message.
 */
function problemBesideMessage(context: ToolContext): string | undefined {
  return inboxHealth(context, { unheard: false }).problem;
}

/** What is known without asking the platform. */
function inboxHealth({ router, inbox }: ToolContext, { unheard = true } = {}): InboxHealth {
  const all = router.list().map(({ workspace, client }) => {
    const refused = client.access.problem;
    if (refused !== undefined) {
      // Failures that follow from the refusal add nothing.
      const text = refused.includes(workspace.id)
        ? refused
        : `workspace ${workspace.id}: ${refused}`;
      return { kind: "stopped", text: router.list().length === 1 ? refused : text };
    }
    return inbox.problemOf(workspace.id);
  });
  const told = all.filter((each) => unheard || each?.kind !== "unheard");
  const texts = new Set(told.flatMap((each) => each?.text ?? []));
  const isAll = (...kinds: string[]) => all.every((each) => each && kinds.includes(each.kind));
  return {
    problem: texts.size === 0 ? undefined : [...texts].join("; "),
    state: isAll("stopped") ? "stopped" : isAll("stopped", "failing") ? "failing" : "receiving",
  };
}
