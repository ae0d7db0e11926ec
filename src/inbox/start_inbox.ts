import type { PlatformClient } from "../platform/client/client.ts";
import type { Log } from "../safety/log.ts";
import { deliveryFiles } from "./state/delivery_files.ts";
import { DeliveringInbox } from "./delivering_inbox.ts";
import { DisabledInbox } from "./disabled_inbox.ts";
import type { InboxService } from "./inbox.ts";
import { SentFiles } from "./files/sent_files.ts";
import { PeerDirectory } from "./peer_directory.ts";
import { MessageQueue } from "./queue.ts";
import { WorkspaceInbox } from "./workspace_inbox.ts";

/** What the inbox needs from the rest of the program. */
export interface InboxOptions {
  readonly enabled: boolean;
  readonly stateDir: string;
  readonly multiWorkspace: boolean;
  readonly clients: readonly PlatformClient[];
  readonly log: Log;
  /** Called after each change of what `stateOf` returns. */
  readonly onChange?: () => void;
  /** The platform holds an answer for the workspace, until it beats (`ReceivingOptions`). */
  readonly onAnswerHeld?: (workspaceId: string) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Starts receiving for every workspace; does not wait for anything. */
export function startInbox(options: InboxOptions): InboxService {
  if (!options.enabled) return new DisabledInbox();
  const { clients, log, signal, stateDir, multiWorkspace, onChange = () => {} } = options;
  const { onAnswerHeld = () => {} } = options;
  const ids = clients.map(({ workspace }) => workspace.id);
  const workspaces: WorkspaceInbox[] = [];
  const queue = new MessageQueue({
    workspaces: clients.length,
    onWaiting: () => workspaces.forEach((workspace) => workspace.pollNow()),
  });
  const sentFiles = new SentFiles();
  const inbox = new DeliveringInbox({
    queue,
    workspaces,
    sentFiles,
    directory: new PeerDirectory({ signal }),
    onChange,
    log,
  });
  for (const client of clients) {
    workspaces.push(
      new WorkspaceInbox({
        client,
        files: deliveryFiles(stateDir, client.workspace.id, multiWorkspace ? ids : undefined),
        stateDir,
        queue,
        sentFiles,
        tagArrival: multiWorkspace,
        workspaceCount: clients.length,
        onMessage: (message) => inbox.arrived(message, client),
        onChange,
        onAnswerHeld: () => onAnswerHeld(client.workspace.id),
        log,
      }),
    );
  }
  inbox.run(signal);
  return inbox;
}
