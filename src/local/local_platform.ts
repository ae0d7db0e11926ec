/**
 * A running platform, as tests, scripts and the command use it: to arrange, to look, to wait.
 *
 * @module
 */
import * as tokens from "./access/tokens.ts";
import type { PlatformContext } from "./context.ts";
import { sweepQueues } from "./delivery/sweep.ts";
import * as admin from "./people/admin.ts";
import type { PageServer } from "./page/page_server.ts";
import type { CreatedWorkspace, NewWorkspace } from "./people/admin.ts";
import type { UserMessage } from "./people/canvas.ts";
import { People } from "./people/people.ts";
import { nudge } from "./requests/nudge.ts";
import type { Faults } from "./server/faults.ts";
import type { RecordedRequest, Recorder } from "./server/recorder.ts";
import type { RunningServer } from "./server/server.ts";
import type { PlatformEvent } from "./state/events.ts";
import type { ActivityRow, TokenKind, WorkspaceRow, WorkspaceStatus } from "./state/rows.ts";
import { statusNow } from "./state/status.ts";
import type { PlatformStore } from "./state/store.ts";

/** A running platform. */
export class LocalPlatform extends People implements AsyncDisposable {
  readonly port: number;
  /** For example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** What the platform keeps; it can be read and changed even while the database is away. */
  readonly store: PlatformStore;
  /** The faults, to switch on and off. */
  readonly faults: Faults;
  readonly #context: PlatformContext;
  /** With the store itself, so that a test can arrange things while the database is away. */
  readonly #adminContext: PlatformContext;
  readonly #server: RunningServer;
  readonly #recorder: Recorder;
  readonly #page: PageServer | undefined;
  #closing: Promise<void> | undefined;

  /** Use `startLocalPlatform`. */
  constructor(
    context: PlatformContext,
    store: PlatformStore,
    server: RunningServer,
    recorder: Recorder,
    faults: Faults,
    page?: PageServer,
  ) {
    const adminContext = { ...context, store };
    super(context, adminContext);
    this.#page = page;
    this.#context = context;
    this.#server = server;
    this.#recorder = recorder;
    this.faults = faults;
    this.store = store;
    this.#adminContext = adminContext;
    this.port = server.port;
    this.url = `http://127.0.0.1:${server.port}`;
  }

  /**
   * The page's address with a new key, which lets one browser in, within ten minutes: a secret.
   *
   * @throws when the platform has no page
   */
  newPageLink(): string {
    if (!this.#page) throw new Error("Cannot make a link to the page: the platform has none");
    return this.#page.newLink();
  }

  /** Creates a workspace with a first token, as an admin does on the canvas. */
  createWorkspace(workspace: NewWorkspace): Promise<CreatedWorkspace> {
    return admin.createWorkspace(this.#adminContext, workspace);
  }

  /** The row of a workspace, with the stored status, which knows nothing of missed heartbeats. */
  workspace(id: string): WorkspaceRow | undefined {
    return this.store.workspace(id);
  }

  /** The status of a workspace as others see it now: a silent one is `awaiting_agent`. */
  status(id: string): WorkspaceStatus | undefined {
    const row = this.store.workspace(id);
    return row && statusNow(this.#adminContext, row);
  }

  /**
   * Adds a token to a workspace and returns it.
   *
   * @param token Its text; default: a random one
   * @param kind `api` as the Tokens tab makes them. Default `instance`, as a rotation does
   */
  createToken(workspaceId: string, token?: string, kind?: TokenKind): Promise<string> {
    return tokens.createToken(this.#adminContext, workspaceId, token, kind);
  }

  /** Revokes every token of a workspace. */
  revokeTokens(workspaceId: string): void {
    tokens.revokeTokens(this.#adminContext, workspaceId);
  }

  /** Revokes one token, given as text; nothing happens when it is not live. */
  revokeToken(token: string): Promise<void> {
    return tokens.revokeToken(this.#adminContext, token);
  }

  /** Removes a workspace and everything below it, and revokes their tokens. */
  removeWorkspace(id: string): void {
    admin.removeWorkspace(this.#adminContext, id);
  }

  /** What the workspace wrote to its user, oldest first. */
  userMessages(workspaceId: string): UserMessage[] {
    return this.#context.canvas.messages(workspaceId);
  }

  /** Watches what all workspaces write to the user, until the returned function is called. */
  onNotify(listener: (message: UserMessage) => void): () => void {
    return this.#context.canvas.subscribe(listener);
  }

  /** The rows of a workspace's activity log, oldest first. */
  activity(workspaceId: string): ActivityRow[] {
    return this.store.activity(workspaceId, {
      order: "oldest first",
      limit: Number.MAX_SAFE_INTEGER,
    });
  }

  /** The position (`seq`) up to which the workspace has acknowledged its activity log; 0: none. */
  acknowledgedSeq(workspaceId: string): number {
    return this.store.acknowledgeActivity(workspaceId, 0); // The position never falls.
  }

  /**
   * Removes rows of the activity log, as the retention sweep does: a cursor that points at one of
   * them is then unknown (410).
   *
   * @param remove Which; default: all
   * @returns How many
   */
  pruneActivity(workspaceId: string, remove: (row: ActivityRow) => boolean = () => true): number {
    return this.store.pruneActivity(workspaceId, remove);
  }

  /** Watches the events of a workspace, until the returned function is called. */
  onEvent(workspaceId: string, listener: (event: PlatformEvent) => void): () => void {
    return this.#context.events.subscribe(workspaceId, listener);
  }

  /** How many event streams of a workspace are open, with the watchers of `onEvent`. */
  streamCount(workspaceId: string): number {
    return this.#context.events.count(workspaceId);
  }

  /** Every request received since the start or the last clear, oldest first. */
  get requests(): readonly RecordedRequest[] {
    return this.#recorder.requests;
  }

  /** Forgets the received requests. */
  clearRequests(): void {
    this.#recorder.clear();
  }

  /** The next request from now on that matches. */
  nextRequest(match: (request: RecordedRequest) => boolean = () => true): Promise<RecordedRequest> {
    return this.#recorder.next(match);
  }

  /** Delivers what waits in queues now, as N3 does from time to time (`sweepIntervalMs`). */
  async sweep(): Promise<void> {
    sweepQueues(this.#context);
    await this.idle();
  }

  /** Reminds agents of requests now, as N3 does from time to time (`nudgeIntervalMs`). */
  nudge(): void {
    nudge(this.#context);
  }

  /** Resolves when no delivery is running in the background. */
  idle(): Promise<void> {
    return this.#context.background.idle();
  }

  /**
   * Ends everything: connections, streams, background deliveries.
   *
   * @throws {AggregateError} When the platform itself had failed while it ran
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { background, agentClient } = this.#context;
    background.abort(); // First, so that the server need not wait for deliveries and streams.
    await this.#server.close();
    agentClient.close();
    await background.close();
  }
}
