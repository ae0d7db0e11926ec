/**
 * A colleague that fetches its messages.
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import type { AgentClient } from "./agent_client.ts";
import type { Heart } from "./heart.ts";
import { Inbox } from "./inbox.ts";
import { Mailer } from "./mailer.ts";
import { doTasks, type Result } from "./tasks.ts";
import { shortened } from "./texts.ts";

/** It looks for requests as often as every so manieth time that it looks for messages. */
const POLLS_A_LOOK = 3;

/** Answers what comes and does what is asked, one after the other, until the client's signal. */
export async function runPolling(
  client: AgentClient,
  heart: Heart,
  think: (question: string) => Result,
  pollMs: number,
): Promise<void> {
  const inbox = new Inbox(client);
  const mailer = new Mailer(client);
  let failures = 0;
  for (let polls = 0; !client.signal.aborted; polls++) {
    const messages = await inbox.next();
    failures = messages === undefined ? failures + 1 : 0;
    for (const { seq, message } of messages ?? []) {
      if (client.signal.aborted) return;
      await mailer.answer(message, async () => {
        await heart.beat({ activeTasks: 1, currentTask: `Looking up: ${shortened(message.text)}` });
        return think(message.text).text;
      });
      await inbox.done(seq);
      if (!message.isReply) await heart.rest();
    }
    if (failures === 0 && polls % POLLS_A_LOOK === 0) await doTasks(client, heart, think);
    if (failures > 0) await client.pause(failures);
    else await sleep(pollMs, client.signal);
  }
}
