import { canonicalPeerId } from "../config/workspace_id.ts";
import type { PlatformClient } from "../platform/client/client.ts";
import { sleep } from "../lib/sleep.ts";
import { withTimeout } from "../lib/timeout.ts";
import type { Log } from "../safety/log.ts";
import type { InboxMessage } from "./message.ts";
import type { SentFiles } from "./files/sent_files.ts";
import type { PeerDirectory } from "./peer_directory.ts";
import type { MessageQueue } from "./queue.ts";
import type { WorkspaceInbox } from "./workspace_inbox.ts";
import type { InboxProblem, InboxService, InboxState, Push } from "./inbox.ts";
import { errorText } from "../lib/error_text.ts";

/** The parts of the inbox. */
export interface DeliveringInboxParts {
  readonly queue: MessageQueue;
  readonly workspaces: readonly WorkspaceInbox[];
  readonly sentFiles: SentFiles;
  readonly directory: PeerDirectory;
  /** Called after each change of what `stateOf` returns. */
  readonly onChange: () => void;
  readonly log: Log;
}

/**
 * The inbox of a process that receives messages, or stands by to do so (src/inbox/README.md, "The
 * promise").
 */
export class DeliveringInbox implements InboxService {
  readonly #parts: DeliveringInboxParts;
  /** By the id of a message that waits: where it arrived. */
  readonly #waiting = new Map<string, PlatformClient>();
  #push: Push | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: DeliveringInboxParts) {
    this.#parts = parts;
  }

  /** Receives until the signal fires. */
  run(signal: AbortSignal): void {
    this.#running = Promise.all(this.#parts.workspaces.map((workspace) => workspace.run(signal)));
  }

  /** A message was queued. Never throws. */
  arrived(message: InboxMessage, client: PlatformClient): void {
    this.#waiting.set(message.activity_id, client);
    this.#parts.onChange();
    this.#pushOne(message);
  }

  async unavailable(): Promise<string | undefined> {
    const { workspaces } = this.#parts;
    await Promise.all(workspaces.map(({ settled }) => settled));
    if (workspaces.some(({ delivering }) => delivering)) return undefined;
    const standby = workspaces.find(({ trouble }) => trouble === undefined);
    if (!standby) return `Error: ${workspaces[0]?.trouble ?? "no workspace receives messages"}`;
    return `Error: ${await standby.holder()} delivers the messages of this workspace on this ` +
      "machine; read them there. This process takes over when that one ends; every other tool " +
      "works here";
  }

  problemOf(workspaceId: string): InboxProblem | undefined {
    return this.#workspace(workspaceId)?.problem;
  }

  async asked(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const all = Promise.all(this.#parts.workspaces.map((workspace) => workspace.asked()));
    await withTimeout(all, timeoutMs, signal);
  }

  peek(limit: number): readonly InboxMessage[] {
    return this.#parts.queue.peek(limit).map((message) => this.#withPeer(message));
  }

  async wait(timeoutMs: number, signal: AbortSignal): Promise<InboxMessage | undefined> {
    const message = await this.#parts.queue.wait(timeoutMs, signal);
    return message && this.#withPeer(message);
  }

  async pop(activityId: string): Promise<boolean> {
    const workspace = this.#workspace(this.#waiting.get(activityId)?.workspace.id);
    const removed = await workspace?.pop(activityId) ?? false;
    if (removed) {
      this.#waiting.delete(activityId);
      this.#parts.onChange();
    }
    return removed;
  }

  async nextRequestEvent(
    workspaceId: string,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const workspace = this.#workspace(workspaceId);
    // Of a workspace that another process receives for, nothing is heard here.
    await (workspace?.requestEvents.next(timeoutMs, signal) ?? sleep(timeoutMs, signal));
  }

  wroteToRequest(workspaceId: string): void {
    this.#workspace(workspaceId)?.wroteToRequest();
  }

  async cancelledRequest(workspaceId: string, requestId: string): Promise<void> {
    await this.#workspace(workspaceId)?.cancelledRequest(requestId);
  }

  rememberSentFile(uri: string): void {
    this.#parts.sentFiles.remember(uri);
  }

  deliverTo(push: Push | undefined): void {
    this.#push = push;
    // Messages from before the client's handshake, and those that the previous client did not pop.
    for (const message of this.#parts.queue.peek(Infinity)) this.#pushOne(message);
  }

  stateOf(workspaceId: string): InboxState {
    const workspace = this.#workspace(workspaceId);
    const waiting =
      [...this.#waiting.values()].filter(({ workspace: { id } }) => id === workspaceId).length;
    return { mode: workspace?.mode ?? "stopped", waiting };
  }

  signOfLife(workspaceId: string): void {
    this.#workspace(workspaceId)?.signOfLife();
  }

  async close(): Promise<void> {
    await this.#running;
  }

  #workspace(id: string | undefined): WorkspaceInbox | undefined {
    return this.#parts.workspaces.find(({ workspaceId }) => workspaceId === id);
  }

  /** A push is an extra: if it fails, the message is still in the inbox. */
  #pushOne(message: InboxMessage): void {
    try {
      this.#push?.(this.#withPeer(message));
    } catch (error) {
      const reason = errorText(error);
      this.#parts.log.problem(`Cannot push message ${message.activity_id}: ${reason}`);
    }
  }

  /** Adds what the registry knows about the sender; fields of the row itself win. */
  #withPeer(message: InboxMessage): InboxMessage {
    const peerId = canonicalPeerId(message.peer_id);
    const client = this.#waiting.get(message.activity_id);
    if (peerId === undefined || !client) return message;
    const url = `${client.workspace.baseUrl}/registry/discover/${peerId}`;
    const known = message.peer_name !== undefined && message.peer_role !== undefined
      ? undefined
      : this.#parts.directory.details(peerId, client);
    return {
      ...message,
      ...(message.peer_name === undefined && known?.name !== undefined &&
        { peer_name: known.name }),
      ...(message.peer_role === undefined && known?.role !== undefined &&
        { peer_role: known.role }),
      ...(message.agent_card_url === undefined && { agent_card_url: url }),
    };
  }
}
