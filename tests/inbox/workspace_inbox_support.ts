import { SentFiles } from "../../src/inbox/files/sent_files.ts";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { MessageQueue } from "../../src/inbox/queue.ts";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import { WorkspaceInbox } from "../../src/inbox/workspace_inbox.ts";
import type { InboxHarness } from "./inbox_harness.ts";

/** The inbox of a workspace that runs. */
export interface RunningInbox {
  readonly inbox: WorkspaceInbox;
  readonly queue: MessageQueue;
  /** The first message. */
  readonly arrival: Promise<InboxMessage>;
  readonly ended: Promise<void>;
  /** How often it was told that the platform may hold an answer. */
  answersHeld(): number;
  stop(): Promise<void>;
}

/** Receives for the harness's workspace, until it is stopped or the harness is disposed of. */
export function receive(
  harness: InboxHarness,
  { files = deliveryFiles(harness.stateDir, harness.id, undefined) } = {},
): RunningInbox {
  const stop = new AbortController();
  const queue = new MessageQueue({ onWaiting: () => inbox.pollNow() });
  let answersHeld = 0;
  const arrival = Promise.withResolvers<InboxMessage>();
  const inbox = new WorkspaceInbox({
    client: harness.client,
    files,
    stateDir: harness.stateDir,
    queue,
    sentFiles: new SentFiles(),
    tagArrival: false,
    workspaceCount: 1,
    onMessage: arrival.resolve,
    onAnswerHeld: () => answersHeld++,
    log: harness.log,
  });
  const ended = inbox.run(AbortSignal.any([harness.signal, stop.signal]));
  harness.runs(ended);
  return {
    inbox,
    queue,
    arrival: arrival.promise,
    ended,
    answersHeld: () => answersHeld,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}
