import type { InboxMessage } from "../../src/inbox/message.ts";
import { MessageQueue } from "../../src/inbox/queue.ts";
import { RequestEvents } from "../../src/inbox/requests/request_events.ts";
import type { Inbox, InboxProblem } from "../../src/inbox/inbox.ts";

/** An inbox without an engine: the test puts the messages in. */
export class TestInbox implements Inbox {
  readonly queue = new MessageQueue();
  readonly requestEvents = new RequestEvents();
  /** Why there is none. */
  reason: string | undefined;
  readonly sentFiles: string[] = [];
  /** What is wrong, by workspace. */
  readonly problems = new Map<string, InboxProblem>();

  problemOf(workspaceId: string): InboxProblem | undefined {
    return this.problems.get(workspaceId);
  }

  asked(): Promise<void> {
    return Promise.resolve();
  }

  unavailable(): Promise<string | undefined> {
    return Promise.resolve(this.reason);
  }

  peek(limit: number): readonly InboxMessage[] {
    return this.queue.peek(limit);
  }

  wait(timeoutMs: number, signal: AbortSignal): Promise<InboxMessage | undefined> {
    return this.queue.wait(timeoutMs, signal);
  }

  pop(activityId: string): Promise<boolean> {
    return Promise.resolve(this.queue.remove(activityId));
  }

  nextRequestEvent(_workspaceId: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.requestEvents.next(timeoutMs, signal);
  }

  /** The workspaces that wrote to a request. */
  readonly written: string[] = [];

  wroteToRequest(workspaceId: string): void {
    this.written.push(workspaceId);
  }

  /** The requests that were taken back. */
  readonly cancelled: string[] = [];

  cancelledRequest(workspaceId: string, requestId: string): Promise<void> {
    this.cancelled.push(`${workspaceId} ${requestId}`);
    return Promise.resolve();
  }

  rememberSentFile(fileUri: string): void {
    this.sentFiles.push(fileUri);
  }
}
