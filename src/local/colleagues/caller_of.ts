/**
 * Who made a call: the platform does not tell the agent that it calls, but writes it into the
 * agent's activity log, a moment after the agent has answered.
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import type { AgentClient } from "./agent_client.ts";
import { type InboxMessage, type Message, messageOfRow } from "./message.ts";

const ATTEMPTS = 20;
const LONGEST_PAUSE_MS = 500;

/** The message with its writer; undefined when the log does not show it in time. */
export async function withCaller(
  client: AgentClient,
  { id }: Message,
): Promise<InboxMessage | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS && !client.signal.aborted; attempt++) {
    await sleep(Math.min(20 * attempt, LONGEST_PAUSE_MS), client.signal);
    const rows = await client.activity();
    const found = (Array.isArray(rows) ? rows : []).map(messageOfRow)
      .findLast((message) => message?.id === id);
    if (found) return found;
  }
  return undefined;
}
