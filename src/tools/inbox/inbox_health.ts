import type { InboxMessage } from "../../inbox/message.ts";
import { listActivity } from "../../platform/api/activity.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/errors.ts";

/** How soon a wait notices that nothing can come any more. */
const CHECK_INTERVAL_MS = 2_000;

/** Whether messages can come, and what keeps them from it. */
interface InboxHealth {
  /** In words, with the workspaces it is about; `undefined` when there is none. */
  readonly problem: string | undefined;
  /**
   * `stopped`: no workspace receives until something changes; `failing`: none does at present;
   * `receiving`: at least one does, or may.
   */
  readonly state: "stopped" | "failing" | "receiving";
}

/**
 * What keeps messages from coming. A workspace whose token is refused is tried first, if the time
 * for that has come.
 *
 * @throws {ToolInputError} when none can come, and there are none
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

/** What came of a wait. */
export interface InboxWaitResult {
  readonly message: InboxMessage | undefined;
  /** What keeps (other) messages from coming. */
  readonly problem: string | undefined;
}

/**
 * The oldest message, as soon as there is one; none at the timeout or the signal. An outage is
 * waited out; what does not heal by itself ends the wait.
 *
 * @throws {ToolInputError} when none can come
 */
export async function waitForInboxMessage(
  context: ToolContext,
  timeoutMs: number,
): Promise<InboxWaitResult> {
  const { inbox, signal } = context;
  const endMs = performance.now() + timeoutMs;
  // What is at hand is given out, whatever the state of the platform.
  if (inbox.peek(1).length === 0) await throwIfStopped(context);
  let leftMs = timeoutMs;
  while (true) {
    const { message, interrupted } = await waitUntilStopped(context, leftMs);
    if (message !== undefined) return { message, problem: problemBesideMessage(context) };
    if (signal.aborted) return { message, problem: inboxHealth(context).problem };
    await throwIfStopped(context);
    leftMs = endMs - performance.now();
    // Interrupted by a refusal that is over by now, it goes on.
    if (interrupted && leftMs > 0) continue;
    const { problem, state } = inboxHealth(context);
    if (state === "receiving") return { message: undefined, problem };
    throw new ToolInputError(
      `Error: no message came, and none can come at present: ${problem}. Call wait_for_message ` +
        "again to keep waiting; no message is lost",
    );
  }
}

async function throwIfStopped(context: ToolContext): Promise<void> {
  if (inboxHealth(context).state !== "stopped") return;
  await retryRefusedWorkspaces(context);
  const { problem, state } = inboxHealth(context);
  if (state === "stopped") throw new ToolInputError(`Error: no message can come: ${problem}`);
}

async function retryRefusedWorkspaces({ router, signal }: ToolContext): Promise<void> {
  await Promise.all(
    router.list().map(async ({ client }) => {
      if (client.access.problem === undefined) return;
      try {
        await listActivity(client, { limit: 1 }, signal);
      } catch (error) {
        // What the access now knows is the answer; the call itself is of no interest.
        if (!(error instanceof PlatformError)) throw error;
      }
    }),
  );
}

/** Waits, but no longer than at least one workspace may still receive something. */
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

/** Beside a message: that a fetch is still under way is no trouble, it is what brought the message. */
function problemBesideMessage(context: ToolContext): string | undefined {
  return inboxHealth(context, { unheard: false }).problem;
}

/** What is known without asking. */
function inboxHealth({ router, inbox }: ToolContext, { unheard = true } = {}): InboxHealth {
  const all = router.list().map(({ workspace, client }) => {
    const refused = client.access.problem;
    if (refused !== undefined) {
      // Whatever fails because of it says no more.
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
