import type { PlatformClient } from "../platform/client.ts";
import type { Log } from "../safety/log.ts";
import { deliveryFiles } from "./state/delivery_files.ts";
import { DeliveringInbox } from "./delivering_inbox.ts";
import { DisabledInbox } from "./disabled_inbox.ts";
import type { InboxMessage } from "./message.ts";
import { OwnUploads } from "./files/own_uploads.ts";
import { PeerDirectory } from "./peer_directory.ts";
import { MessageQueue } from "./queue.ts";
import { type InboxProblem, Receiver } from "./receiver.ts";

/** Sends an inbound message to the client. */
export type Push = (message: InboxMessage) => void;

/** The inbox of the process. */
export interface InboxService {
  unavailable(): Promise<string | undefined>;
  problemOf(workspaceId: string): InboxProblem | undefined;
  asked(timeoutMs: number, signal: AbortSignal): Promise<void>;
  peek(limit: number): readonly InboxMessage[];
  wait(timeoutMs: number, signal: AbortSignal): Promise<InboxMessage | undefined>;
  pop(activityId: string): Promise<boolean>;
  rememberUpload(uri: string): void;
  /** The client is there: it gets what waits and what comes; `undefined` if it takes no push. */
  deliverTo(push: Push | undefined): void;
  /** A heartbeat of the workspace succeeded. */
  signOfLife(workspaceId: string): void;
  /** Resolves when nothing runs any more after the signal. */
  close(): Promise<void>;
}

/** What the inbox needs of the rest. */
export interface InboxOptions {
  readonly enabled: boolean;
  readonly stateDir: string;
  readonly multiWorkspace: boolean;
  readonly clients: readonly PlatformClient[];
  readonly log: Log;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Starts receiving for every workspace; does not wait for anything. */
export function startInbox(options: InboxOptions): InboxService {
  if (!options.enabled) return new DisabledInbox();
  const { clients, log, signal, stateDir, multiWorkspace } = options;
  const ids = clients.map(({ workspace }) => workspace.id);
  const receivers: Receiver[] = [];
  const queue = new MessageQueue({
    workspaces: clients.length,
    onWaiting: () => receivers.forEach((receiver) => receiver.hurry()),
  });
  const ownUploads = new OwnUploads();
  const inbox = new DeliveringInbox({
    queue,
    receivers,
    ownUploads,
    directory: new PeerDirectory({ signal }),
    log,
  });
  for (const client of clients) {
    receivers.push(
      new Receiver({
        client,
        files: deliveryFiles(stateDir, client.workspace.id, multiWorkspace ? ids : undefined),
        stateDir,
        queue,
        ownUploads,
        tagArrival: multiWorkspace,
        workspaces: clients.length,
        onMessage: (message) => inbox.arrived(message, client),
        log,
      }),
    );
  }
  inbox.run(signal);
  return inbox;
}
