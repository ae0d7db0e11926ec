/**
 * What other agents ask of a colleague: it looks into its inbox of requests, does each, and answers.
 *
 * @module
 */
import type { AgentClient } from "./agent_client.ts";
import type { Heart } from "./heart.ts";
import { isOpen } from "../requests/party.ts";
import { Requests } from "./requests.ts";
import { shortened } from "./texts.ts";

/** What comes of a task. */
export interface Result {
  readonly text: string;
  /** Whether it could be done. */
  readonly isDone: boolean;
}

const NO_JUDGE = "I look things up, and decide nothing for others. Please ask a person.";

/** Does every task that is open, the oldest first. A failure is tried again with the next look. */
export async function doTasks(
  client: AgentClient,
  heart: Heart,
  work: (task: string) => Result,
): Promise<void> {
  const requests = new Requests(client);
  const open = (await requests.list("inbox"))?.filter(isOpen).reverse() ?? [];
  for (const request of open) {
    if (client.signal.aborted) return;
    const { kind, title, detail } = request;
    await heart.beat({ activeTasks: 1, currentTask: `Asked: ${shortened(title)}` });
    const { text, isDone } = kind === "task"
      ? work(`${title}\n${detail}`)
      : { text: NO_JUDGE, isDone: false };
    const written = await requests.written(request);
    if (!written) continue;
    // Before the answer, so that whoever reads that finds it.
    const isWritten = written.some(({ authorId }) => authorId === client.id);
    if (!isWritten && (await requests.write(request, text)).status !== 201) continue;
    await requests.respond(request, isDone ? "done" : "rejected");
  }
  if (open.length > 0) await heart.rest();
}
