/**
 * Who made a call: the platform does not tell the agent that it calls, but writes it into the
 * agent's activity log, a moment after the agent has answered.
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import type { AgentClient } from "./agent_client.ts";
import { type InboxMessage, type Message, messageOfRow } from "./message.ts";

const LOOKS = 20;
const FAILURES = 60;
const LONGEST_PAUSE_MS = 500;

/** The message with its writer; undefined when the log, which can be read, does not show it in time. */
export async function withCaller(
  client: AgentClient,
  { id }: Message,
): Promise<InboxMessage | undefined> {
  let failures = 0;
  for (let looks = 1; looks <= LOOKS && failures < FAILURES && !client.signal.aborted;) {
    await sleep(Math.min(20 * looks, LONGEST_PAUSE_MS), client.signal);
    const rows = await client.activity();
    if (!Array.isArray(rows)) {
      await client.pause(++failures); // The platform is in trouble, which says nothing of the log.
      continue;
    }
    looks++;
    const found = rows.map(messageOfRow).findLast((message) => message?.id === id);
    if (found) return found;
  }
  return undefined;
}
