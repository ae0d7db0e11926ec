import { batch, computed, signal } from "@preact/signals";
import type {
  ChatMessage,
  FaultView,
  PageEvent,
  RequestView,
  Snapshot,
  WorkspaceView,
} from "../../local/page/protocol.ts";
import { clipped, visibleText } from "../text/visible_text.ts";
import type { Api } from "../wire/api.ts";
import type { Connection } from "../wire/event_stream.ts";
import { Activity } from "./activity.ts";
import { Announcer } from "./announcer.ts";
import { Chat } from "./chat.ts";
import { Play } from "./play.ts";
import { isOpen, Requests } from "./requests.ts";
import { Route } from "./route.ts";
import { treeOf } from "./tree.ts";

/** Times such as "2 min ago" are drawn anew so often. */
const TICK_MS = 5_000;
const SAID_CHARS = 200;

/** Everything that the page shows. */
export class PageState {
  readonly connection = signal<Connection>("connecting");
  readonly snapshot = signal<Snapshot | undefined>(undefined);
  readonly workspaces = signal<ReadonlyMap<string, WorkspaceView>>(new Map());
  readonly faults = signal<readonly FaultView[]>([]);
  /** Counts what happens to tokens, for each workspace. */
  readonly tokenChanges = signal<ReadonlyMap<string, number>>(new Map());
  readonly nowMs = signal(Date.now());
  readonly activity = new Activity();
  readonly requests = new Requests();
  readonly play = new Play();
  readonly route = new Route();
  readonly announcer = new Announcer();

  readonly yourId = computed(() => this.snapshot.value?.yourWorkspaceId ?? "");
  readonly tree = computed(() => treeOf(this.workspaces.value.values(), this.yourId.value));
  /** The workspace that is shown. */
  readonly selectedId = computed(() => this.route.workspaceId.value || this.yourId.value);
  readonly unread = computed(() =>
    [...this.#chats.value.values()].reduce((sum, { unread }) => sum + unread.value, 0)
  );

  readonly #chats = signal<ReadonlyMap<string, Chat>>(new Map());

  constructor(readonly api: Api) {}

  /** Lets time pass. */
  start(): void {
    this.route.follow();
    setInterval(() => this.nowMs.value = Date.now(), TICK_MS);
  }

  /** The conversation with a workspace; it is made when it is first asked for. */
  chat(id: string): Chat {
    const there = this.#chats.peek().get(id);
    if (there !== undefined) return there;
    const chat = new Chat(id, this.api);
    this.#chats.value = new Map(this.#chats.peek()).set(id, chat);
    return chat;
  }

  /** A workspace's name, as text. */
  nameOf(id: string): string {
    return this.workspaces.value.get(id)?.name ?? id;
  }

  onConnection(connection: Connection): void {
    const before = this.connection.peek();
    this.connection.value = connection;
    // A loss is told by the banner, which is read out as well.
    if (connection === "open" && before !== "open" && before !== "connecting") {
      this.announcer.say("Connected to the platform again");
    }
  }

  /** What the platform tells. */
  onEvent(event: PageEvent): void {
    batch(() => this.#apply(event));
  }

  #apply(event: PageEvent): void {
    switch (event.type) {
      case "snapshot":
        return this.#onSnapshot(event.snapshot);
      case "workspace":
        return this.#onWorkspace(event.workspace);
      case "message":
        return this.#onMessage(event.message);
      case "progress":
        this.chat(event.workspaceId).progress.value = event.text;
        return;
      case "activity":
        return this.activity.add([event.activity]);
      case "request":
        return this.#onRequest(event.request);
      case "tokens": {
        const changes = this.tokenChanges.peek();
        const { workspaceId } = event;
        this.tokenChanges.value = new Map(changes)
          .set(workspaceId, (changes.get(workspaceId) ?? 0) + 1);
        return;
      }
      case "faults":
        this.faults.value = event.faults;
        return;
      case "play":
        return this.play.update(event.play);
    }
  }

  #onSnapshot(snapshot: Snapshot): void {
    const before = this.snapshot.peek()?.yourWorkspaceId;
    this.snapshot.value = snapshot;
    this.workspaces.value = new Map(
      snapshot.workspaces.filter(isThere).map((view) => [view.id, view]),
    );
    this.faults.value = snapshot.faults;
    this.play.update(snapshot.play);
    if (before !== undefined && before !== snapshot.yourWorkspaceId) this.activity.clear();
    this.activity.add(snapshot.activity);
    this.requests.replace(snapshot.requests);
    for (const chat of this.#chats.peek().values()) {
      chat.progress.value = null;
      if (chat.isLoaded.peek()) void chat.refresh();
    }
  }

  #onWorkspace(workspace: WorkspaceView): void {
    const before = this.workspaces.peek().get(workspace.id);
    const workspaces = new Map(this.workspaces.peek());
    if (isThere(workspace)) workspaces.set(workspace.id, workspace);
    else workspaces.delete(workspace.id);
    this.workspaces.value = workspaces;
    if (before !== undefined && before.status !== workspace.status) {
      this.announcer.say(`${said(workspace.name)} is ${workspace.status.replaceAll("_", " ")}`);
    }
  }

  #onRequest(request: RequestView): void {
    const before = this.requests.update(request);
    const { recipientId, requesterId, status } = request;
    const title = said(request.title);
    if (before === undefined && isOpen(request)) {
      const whom = recipientId === null ? "you" : said(this.nameOf(recipientId));
      this.announcer.say(`${said(this.nameOf(requesterId))} asks ${whom}: ${title}`);
    } else if (before !== undefined && isOpen(before) && !isOpen(request)) {
      this.announcer.say(`${status}: ${title}`);
    }
  }

  #onMessage(message: ChatMessage): void {
    const chat = this.chat(message.workspaceId);
    chat.receive(message);
    if (message.from !== "agent") return;
    chat.progress.value = null;
    if (!this.#isLookedAt(message.workspaceId)) chat.unread.value++;
    const name = said(this.nameOf(message.workspaceId));
    this.announcer.say(`New message from ${name}: ${said(message.text)}`);
  }

  #isLookedAt(id: string): boolean {
    const { tab } = this.route;
    return document.visibilityState === "visible" && this.selectedId.peek() === id &&
      tab.peek() === "chat" && document.querySelector(".chat")?.checkVisibility() === true;
  }
}

/** A removed one is told of once more, so that it goes. */
function isThere({ status }: WorkspaceView): boolean {
  return status !== "removed";
}

function said(text: string): string {
  return clipped(visibleText(text), SAID_CHARS);
}
