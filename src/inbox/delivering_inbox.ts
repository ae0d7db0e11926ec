import { canonicalPeerId } from "../config/workspace_id.ts";
import type { PlatformClient } from "../platform/client.ts";
import type { InboxMessage } from "./message.ts";
import type { OwnUploads } from "./own_uploads.ts";
import type { PeerDirectory } from "./peer_directory.ts";
import type { MessageQueue } from "./queue.ts";
import type { Receiver } from "./receiver.ts";
import type { InboxService, Push } from "./start.ts";

/** What the inbox is made of. */
export interface DeliveringInboxParts {
  readonly queue: MessageQueue;
  readonly receivers: readonly Receiver[];
  readonly ownUploads: OwnUploads;
  readonly directory: PeerDirectory;
  readonly clients: ReadonlyMap<string, PlatformClient>;
}

/** The inbox of a process that receives, or stands by to (design.md, Inbox). */
export class DeliveringInbox implements InboxService {
  readonly #parts: DeliveringInboxParts;
  /** Whose message it is, for the time it waits. */
  readonly #clientOf = new Map<string, PlatformClient>();
  #push: Push | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: DeliveringInboxParts) {
    this.#parts = parts;
  }

  /** Receives until the signal fires. */
  run(signal: AbortSignal): void {
    this.#running = Promise.all(this.#parts.receivers.map((receiver) => receiver.run(signal)));
  }

  /** A message was queued. */
  arrived(message: InboxMessage, client: PlatformClient): void {
    this.#clientOf.set(message.activity_id, client);
    this.#push?.(this.#withPeer(message));
  }

  async unavailable(): Promise<string | undefined> {
    await Promise.all(this.#parts.receivers.map(({ settled }) => settled));
    const idle = this.#parts.receivers.filter(({ delivering }) => !delivering);
    if (idle.length < this.#parts.receivers.length) return undefined;
    const [first] = idle;
    return `Error: ${await first?.holder()} delivers the messages of this workspace on this ` +
      "machine; read them there. This process takes over when that one ends; every other tool " +
      "works here";
  }

  peek(limit: number): readonly InboxMessage[] {
    return this.#parts.queue.peek(limit).map((message) => this.#withPeer(message));
  }

  async wait(timeoutMs: number, signal: AbortSignal): Promise<InboxMessage | undefined> {
    const message = await this.#parts.queue.wait(timeoutMs, signal);
    return message && this.#withPeer(message);
  }

  async pop(activityId: string): Promise<boolean> {
    const client = this.#clientOf.get(activityId);
    const receiver = this.#parts.receivers.find(({ workspaceId }) =>
      workspaceId === client?.workspace.id
    );
    const removed = await receiver?.pop(activityId) ?? false;
    if (removed) this.#clientOf.delete(activityId);
    return removed;
  }

  rememberUpload(uri: string): void {
    this.#parts.ownUploads.remember(uri);
  }

  deliverTo(push: Push | undefined): void {
    this.#push = push;
    if (!push) return;
    // What came in before the client introduced itself.
    for (const message of this.peek(Infinity)) push(message);
  }

  async close(): Promise<void> {
    await this.#running;
  }

  /** Adds what the registry says of the sender; what the row itself said wins. */
  #withPeer(message: InboxMessage): InboxMessage {
    const peerId = canonicalPeerId(message.peer_id);
    const client = this.#clientOf.get(message.activity_id);
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
