import { sleep } from "../lib/sleep.ts";
import type { InboxMessage } from "./message.ts";
import type { InboxService, InboxState } from "./inbox.ts";

/**
 * The inbox when no messages are fetched (MOLECULE_MCP_DISABLE_INBOX; tests/README.md, "Inbox
 * tools").
 */
export class DisabledInbox implements InboxService {
  unavailable(): Promise<string> {
    return Promise.resolve(
      "Error: inbox polling is not enabled in this process (MOLECULE_MCP_DISABLE_INBOX is set). " +
        "Unset it and restart to receive messages here",
    );
  }

  problemOf(): undefined {
    return undefined;
  }

  asked(): Promise<void> {
    return Promise.resolve();
  }

  peek(): readonly InboxMessage[] {
    return [];
  }

  wait(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  pop(): Promise<boolean> {
    return Promise.resolve(false);
  }

  nextRequestEvent(_workspaceId: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return sleep(timeoutMs, signal);
  }

  wroteToRequest(): void {}

  cancelledRequest(): Promise<void> {
    return Promise.resolve();
  }

  rememberSentFile(): void {}

  deliverTo(): void {}

  stateOf(): InboxState {
    return { mode: "off", waiting: 0 };
  }

  signOfLife(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}
