/**
 * What the page shows and does: the parts, and who is told when something happens.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import type { Faults } from "../server/faults.ts";
import type { StoreObserver } from "../state/observed_store.ts";
import type { PlatformStore } from "../state/store.ts";
import { ActivityFeed } from "./activity_feed.ts";
import { messagesOf } from "./chat_history.ts";
import { ChatStore } from "./chat_store.ts";
import { ChatWriter } from "./chat_writer.ts";
import { FaultSwitches } from "./fault_switches.ts";
import { Listeners } from "./listeners.ts";
import { LIMITS, type PageLimits, type PageOptions } from "./page_options.ts";
import { Progress } from "./progress.ts";
import type { PlayView, Snapshot } from "./protocol.ts";
import { Refused } from "./refused.ts";
import { RequestDesk } from "./request_desk.ts";
import { TokenDesk } from "./token_desk.ts";
import { WorkspaceViews } from "./workspace_views.ts";

/** Rows that are read at the start: of all workspaces, and of each at least. */
const MOST_REMEMBERED = 20_000;
const LEAST_REMEMBERED = 20;
const NO_PLAY: PlayView = { state: "none", step: 0, steps: 0, text: "" };

/** What a page is made for. */
export interface PagePlatform {
  /** Whose database may be away. */
  readonly context: PlatformContext;
  /** The store itself. */
  readonly store: PlatformStore;
  readonly faults: Faults;
  readonly port: number;
  /** Cuts every connection of an agent. */
  readonly dropAgents: () => void;
}

/** What the pages of one platform share. */
export class Page {
  /** Hears of what is written to the store. */
  readonly observer: StoreObserver;
  readonly chats: ChatStore;
  readonly writer: ChatWriter;
  readonly tokens: TokenDesk;
  readonly requests: RequestDesk;
  readonly faults: FaultSwitches;
  readonly listeners: Listeners;
  readonly limits: PageLimits;
  readonly store: PlatformStore;
  readonly #platform: PagePlatform;
  readonly #options: PageOptions;
  readonly #workspaces: WorkspaceViews;
  readonly #activity: ActivityFeed;
  readonly #progress: Progress;
  readonly #unsubscribe: () => void;

  constructor(platform: PagePlatform, options: PageOptions) {
    const { context, store, faults, dropAgents } = platform;
    const withStore = { ...context, store };
    const limits = { ...LIMITS, ...options.limits };
    this.#platform = platform;
    this.#options = options;
    this.limits = limits;
    this.store = store;
    this.listeners = new Listeners(limits, () => this.#workspaces.lookForSilence());
    this.#progress = new Progress((workspaceId, text) =>
      this.listeners.tell({ type: "progress", workspaceId, text })
    );
    this.#workspaces = new WorkspaceViews(
      withStore,
      options,
      (workspace) => this.listeners.tell({ type: "workspace", workspace }),
    );
    this.#activity = new ActivityFeed(
      limits.activity,
      (activity) => this.listeners.tell({ type: "activity", activity }),
    );
    this.chats = new ChatStore(limits, (message) => {
      this.listeners.tell({ type: "message", message });
      if (message.from === "agent") this.#progress.answered(message.workspaceId);
    });
    this.#remember();
    this.writer = new ChatWriter(context, store, this.chats);
    this.tokens = new TokenDesk(
      withStore,
      options,
      (workspaceId) => this.listeners.tell({ type: "tokens", workspaceId }),
    );
    this.requests = new RequestDesk(
      context,
      store,
      limits,
      (request) => this.listeners.tell({ type: "request", request }),
    );
    this.faults = new FaultSwitches(context, faults, dropAgents);
    this.observer = this.#observer();
    this.#unsubscribe =
      options.play?.subscribe(() => this.listeners.tell({ type: "play", play: this.play })) ??
        (() => {});
    context.background.signal.addEventListener("abort", () => this.#close(), { once: true });
  }

  /** A page listens. */
  opened(): void {
    this.#options.onOpened?.();
  }

  /** Starts the play. @throws {Refused} when there is none, or it plays */
  startPlay(): void {
    if (!this.#options.play) throw new Refused(404, "There is no play: start `local` with --play.");
    if (!this.#options.play.start()) throw new Refused(409, "It plays already.");
  }

  get play(): PlayView {
    return this.#options.play?.view() ?? NO_PLAY;
  }

  /** Everything that a page shows at first. */
  snapshot(): Snapshot {
    const { version, yourWorkspaceId } = this.#options;
    return {
      version,
      platformUrl: `http://127.0.0.1:${this.#platform.port}`,
      yourWorkspaceId: yourWorkspaceId.toLowerCase(),
      workspaces: this.#workspaces.all(),
      faults: this.faults.views(),
      activity: this.#activity.lines(),
      requests: this.requests.views(),
      play: this.play,
    };
  }

  #observer(): StoreObserver {
    return {
      workspaceWritten: (id, { currentTask, lastHeartbeatAt }) => {
        const workspaceId = id.toLowerCase();
        this.#workspaces.written(workspaceId);
        if (lastHeartbeatAt != null) this.#activity.beaten(workspaceId, lastHeartbeatAt);
        if (currentTask !== undefined) this.#progress.task(workspaceId, currentTask);
      },
      activityInserted: (row) => {
        this.#activity.added(row);
        this.writer.logged(row);
        if (row.activityType === "task_update") {
          this.#progress.note(row.workspaceId, row.summary ?? "");
        }
      },
      activityUpdated: (id, change) => this.#activity.changed(id, change),
      tokenInserted: (row) => this.tokens.inserted(row),
      tokenUpdated: (id, change) => this.tokens.updated(id, change),
      memoryInserted: (row) => this.#activity.remembered(row),
      requestWritten: (row) => this.requests.written(row),
      requestMessageInserted: ({ requestId }) => this.requests.messageInserted(requestId),
    };
  }

  /** What a store that was kept knows of before: the last of it. */
  #remember(): void {
    const { store } = this.#platform;
    const newest = { order: "newest first" } as const;
    const ids = store.workspaces().map(({ id }) => id);
    const oldestFirst = <T extends { seq: number }>(rows: T[]) =>
      rows.sort((a, b) => a.seq - b.seq);
    const { activity, messages } = this.limits;
    // A large organisation must not be read as a whole for the sake of its last lines.
    const limit = Math.max(LEAST_REMEMBERED, Math.floor(MOST_REMEMBERED / ids.length));
    const log = ids.flatMap((id) => store.activity(id, { ...newest, limit }));
    for (const row of oldestFirst(log).slice(-activity)) this.#activity.added(row);
    const canvas = { ...newest, source: "canvas", limit } as const;
    const chats = ids.flatMap((id) => store.activity(id, canvas));
    for (const row of oldestFirst(chats).slice(-messages)) {
      for (const message of messagesOf(row)) this.chats.add(message);
    }
  }

  #close(): void {
    this.#unsubscribe();
    this.listeners.close();
  }
}
