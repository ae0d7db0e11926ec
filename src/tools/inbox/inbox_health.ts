import type { InboxMessage } from "../../inbox/message.ts";
import { listActivity } from "../../platform/activity.ts";
import { PlatformError } from "../../platform/errors.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/define_tool.ts";

/** How soon a wait notices that nothing can come any more. */
const CHECK_INTERVAL_MS = 2_000;

/** What keeps messages from coming. */
interface Outlook {
  /** In words, with the workspaces it is about; `undefined` when nothing does. */
  readonly problem: string | undefined;
  /** How much: all workspaces until something changes, all at present, or less than that. */
  readonly extent: "for good" | "at present" | "in part";
}

/**
 * What keeps messages from coming. A workspace whose token is refused is tried first, if the time
 * for that has come.
 *
 * @throws {ToolInputError} when none can come, and there are none
 */
export async function problemWith(
  context: ToolContext,
  messages: readonly unknown[],
): Promise<string | undefined> {
  if (messages.length === 0 && outlook(context).extent === "for good") await tryRefused(context);
  if (messages.length > 0) return problemBeside(context);
  const { problem, extent } = outlook(context);
  if (extent === "in part") return problem;
  throw new ToolInputError(`Error: no messages can be had: ${problem}`);
}

/** What came of a wait. */
export interface WaitedFor {
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
export async function waitUnlessShutOut(
  context: ToolContext,
  timeoutMs: number,
): Promise<WaitedFor> {
  const { inbox, signal } = context;
  const endMs = performance.now() + timeoutMs;
  // What is at hand is given out, whatever the state of the platform.
  if (inbox.peek(1).length === 0) await throwIfShutOut(context);
  let leftMs = timeoutMs;
  while (true) {
    const { message, interrupted } = await waitWhileOpen(context, leftMs);
    if (message !== undefined) return { message, problem: problemBeside(context) };
    if (signal.aborted) return { message, problem: outlook(context).problem };
    await throwIfShutOut(context);
    leftMs = endMs - performance.now();
    // Interrupted by a refusal that is over by now, it goes on.
    if (interrupted && leftMs > 0) continue;
    const { problem, extent } = outlook(context);
    if (extent === "in part") return { message: undefined, problem };
    throw new ToolInputError(
      `Error: no message came, and none can at present: ${problem}. Call wait_for_message again to ` +
        "go on waiting; nothing is lost",
    );
  }
}

async function throwIfShutOut(context: ToolContext): Promise<void> {
  if (outlook(context).extent !== "for good") return;
  await tryRefused(context);
  const { problem, extent } = outlook(context);
  if (extent === "for good") throw new ToolInputError(`Error: no message can come: ${problem}`);
}

async function tryRefused({ sessions, signal }: ToolContext): Promise<void> {
  await Promise.all(
    sessions.list().map(async ({ client }) => {
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

/** Waits, but no longer than there is a workspace from which something may come. */
async function waitWhileOpen(
  context: ToolContext,
  timeoutMs: number,
): Promise<{ message: InboxMessage | undefined; interrupted: boolean }> {
  const shut = new AbortController();
  const timer = setInterval(() => {
    if (outlook(context).extent === "for good") shut.abort();
  }, CHECK_INTERVAL_MS);
  try {
    const either = AbortSignal.any([context.signal, shut.signal]);
    const message = await context.inbox.wait(timeoutMs, either);
    return { message, interrupted: shut.signal.aborted };
  } finally {
    clearInterval(timer);
  }
}

/** Beside a message: that a fetch is still under way is no trouble, it is what brought the message. */
function problemBeside(context: ToolContext): string | undefined {
  return outlook(context, { unheard: false }).problem;
}

/** What is known without asking. */
function outlook({ sessions, inbox }: ToolContext, { unheard = true } = {}): Outlook {
  const all = sessions.list().map(({ workspace, client }) => {
    const refused = client.access.problem;
    if (refused !== undefined) {
      // Whatever fails because of it says no more.
      const text = refused.includes(workspace.id)
        ? refused
        : `workspace ${workspace.id}: ${refused}`;
      return { kind: "stopped", text: sessions.list().length === 1 ? refused : text };
    }
    return inbox.problemOf(workspace.id);
  });
  const told = all.filter((each) => unheard || each?.kind !== "unheard");
  const texts = new Set(told.flatMap((each) => each?.text ?? []));
  const isAll = (...kinds: string[]) => all.every((each) => each && kinds.includes(each.kind));
  return {
    problem: texts.size === 0 ? undefined : [...texts].join("; "),
    extent: isAll("stopped") ? "for good" : isAll("stopped", "failing") ? "at present" : "in part",
  };
}
