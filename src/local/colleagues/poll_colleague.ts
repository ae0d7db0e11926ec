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
import { shortened } from "./texts.ts";

/** Answers what comes, one after the other, until the client's signal. */
export async function runPolling(
  client: AgentClient,
  heart: Heart,
  think: (question: string) => string,
  pollMs: number,
): Promise<void> {
  const inbox = new Inbox(client);
  const mailer = new Mailer(client);
  for (let failures = 0; !client.signal.aborted;) {
    const messages = await inbox.next();
    failures = messages === undefined ? failures + 1 : 0;
    for (const { seq, message } of messages ?? []) {
      if (client.signal.aborted) return;
      await mailer.answer(message, async () => {
        await heart.beat({ activeTasks: 1, currentTask: `Looking up: ${shortened(message.text)}` });
        return think(message.text);
      });
      await inbox.done(seq);
      if (!message.isReply) await heart.rest();
    }
    if (failures > 0) await client.pause(failures);
    else await sleep(pollMs, client.signal);
  }
}
