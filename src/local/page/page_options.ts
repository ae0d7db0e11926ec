/**
 * What a platform with a page is told about it.
 *
 * @module
 */
import type { PageAssets } from "./assets.ts";
import type { PlayView, WorkspaceView } from "./protocol.ts";

/** A play that can be started in the page. */
export interface PlayControl {
  /** How far it is. */
  view(): PlayView;
  /** Starts it. @returns false while it plays */
  start(): boolean;
  /** Calls the listener after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

/** How the page is set up (`LocalPlatformOptions.page`). */
export interface PageOptions {
  /** What the page says that it runs: the program's version. */
  readonly version: string;
  /** The user's own workspace, which need not exist yet. */
  readonly yourWorkspaceId: string;
  /** Who is behind a workspace. Default: the user's agent behind their own, a colleague elsewhere. */
  readonly kindOf?: (workspaceId: string) => WorkspaceView["kind"];
  /**
   * Saves a new token of the user's own workspace where its agent finds it. The old ones are revoked
   * afterwards, and not at all when it fails. Default: the token cannot be rotated in the page.
   */
  readonly saveToken?: (token: string) => Promise<void>;
  /** Called whenever a page begins to listen. */
  readonly onOpened?: () => void;
  /** Default: there is no play. */
  readonly play?: PlayControl;
  /** Default: those that the program carries. */
  readonly assets?: PageAssets;
  readonly limits?: Partial<PageLimits>;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** What a page may ask for, and what is kept for it. */
export interface PageLimits {
  /** Bytes of the text of a message. */
  readonly textBytes: number;
  /** Bytes of one file, as the client accepts at most. */
  readonly fileBytes: number;
  /** Files of one message. */
  readonly files: number;
  /** Bytes of a message with its files. */
  readonly messageBytes: number;
  /** Bytes of the files that the user has sent, together. */
  readonly storedFileBytes: number;
  /** Bytes of a request that is no message. */
  readonly requestBytes: number;
  /** Messages kept, over all workspaces. */
  readonly messages: number;
  /** UTF-16 units of their texts, together. */
  readonly messageUnits: number;
  /** Lines of activity kept. */
  readonly activity: number;
  /** Open requests that a page is shown at first, the newest. */
  readonly openRequests: number;
  /** Closed ones, the newest. */
  readonly closedRequests: number;
  /** UTF-16 units of the texts of all of them. */
  readonly requestUnits: number;
  /** Messages of a request, the newest. */
  readonly requestMessages: number;
  /** Browsers that are let in; one more, and the one that came first is let out. */
  readonly sessions: number;
  /** Event streams open at once. */
  readonly streams: number;
  /** Bytes that wait for a page that does not read; more, and its stream is cut. */
  readonly waitingBytes: number;
}

/** The limits that hold unless `PageOptions.limits` says otherwise. */
export const LIMITS: PageLimits = {
  textBytes: 64 * KIB,
  fileBytes: 25 * MIB,
  files: 10,
  messageBytes: 100 * MIB,
  storedFileBytes: 512 * MIB,
  requestBytes: 4 * KIB,
  messages: 10_000,
  messageUnits: 64 * MIB,
  activity: 2_000,
  openRequests: 500,
  closedRequests: 100,
  requestUnits: 1 * MIB,
  requestMessages: 20,
  sessions: 32,
  streams: 64,
  waitingBytes: 4 * MIB,
};
