import type { Settings } from "../config/settings.ts";
import type { InboxService, InboxState } from "../inbox/inbox.ts";
import { cutText } from "../lib/cut_text.ts";
import { type JsonObject, textField } from "../lib/json.ts";
import type { ClientInfo } from "../mcp/protocol/handshake.ts";
import type { PresenceOptions, PresenceState } from "../presence/presence_options.ts";
import type { Log } from "../safety/log.ts";
import { versionText } from "../version.ts";
import { StatusFile } from "./status_file.ts";

/** The format of the file: a reader takes no notice of one that it does not know. */
export const STATUS_VERSION = 1;
const MAX_NAME_LENGTH = 200;

/** What a server says of itself. Times are RFC 3339 in UTC. */
export interface StatusContent {
  readonly format: typeof STATUS_VERSION;
  readonly pid: number;
  readonly version: string;
  readonly started_at: string;
  readonly written_at: string;
  readonly client?: ClientInfo;
  readonly workspaces: readonly WorkspaceStatus[];
  /** The newest first, without secrets. */
  readonly errors: readonly {
    readonly text: string;
    readonly count: number;
    readonly at: string;
    readonly over_at?: string;
  }[];
}

/** What a server says of one of its workspaces. */
export interface WorkspaceStatus {
  readonly id: string;
  readonly name?: string;
  readonly platform_url: string;
  /** `off`: it was told neither to register nor to heartbeat. */
  readonly presence: PresenceState | "off";
  readonly presence_since: string;
  readonly last_heartbeat_at?: string;
  readonly inbox: InboxState["mode"];
  readonly waiting: number;
}

interface Known {
  presence: PresenceState | "off";
  sinceMs: number;
  name?: string;
  beatAtMs?: number;
}

/** What this server knows of itself, kept in its status file. */
export class ServerStatus {
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #file: StatusFile;
  readonly #startedAtMs = Date.now();
  readonly #known = new Map<string, Known>();
  #inbox: InboxService | undefined;
  #client: ClientInfo | undefined;

  constructor(settings: Settings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#file = new StatusFile(settings.stateDir, () => this.#content());
    const presence = settings.heartbeatEnabled ? "starting" : "off";
    for (const { id } of settings.workspaces) {
      this.#known.set(id, { presence, sinceMs: this.#startedAtMs });
    }
    log.onProblem = this.changed;
  }

  /** Something has changed that only the others know. */
  readonly changed = (): void => this.#file.changed();

  open(inbox: InboxService): void {
    this.#inbox = inbox;
    this.#file.open();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** What to tell of a workspace's presence. */
  ofPresence(id: string): Pick<PresenceOptions, "onState" | "onRecord"> & { onBeat(): void } {
    return {
      onState: (presence) => this.#learn(id, { presence, sinceMs: Date.now() }),
      onRecord: (record) => this.#learn(id, nameOf(record)),
      onBeat: () => this.#learn(id, { beatAtMs: Date.now() }),
    };
  }

  /** @param client `undefined` when it is gone */
  servesClient(client: ClientInfo | undefined): void {
    this.#client = client && {
      name: cutText(client.name, MAX_NAME_LENGTH),
      version: cutText(client.version, MAX_NAME_LENGTH),
    };
    this.changed();
  }

  #learn(id: string, facts: Partial<Known>): void {
    const known = this.#known.get(id);
    if (!known) return;
    Object.assign(known, facts);
    this.changed();
  }

  #content(): StatusContent {
    return {
      format: STATUS_VERSION,
      pid: Deno.pid,
      version: versionText(),
      started_at: time(this.#startedAtMs),
      written_at: time(Date.now()),
      client: this.#client,
      workspaces: this.#settings.workspaces.map(({ id, platformUrl }) => {
        const known = this.#known.get(id);
        const inbox = this.#inbox?.stateOf(id);
        return {
          id,
          name: known?.name,
          platform_url: platformUrl.base,
          presence: known?.presence ?? "off",
          presence_since: time(known?.sinceMs ?? this.#startedAtMs),
          last_heartbeat_at: known?.beatAtMs === undefined ? undefined : time(known.beatAtMs),
          inbox: inbox?.mode ?? "off",
          waiting: inbox?.waiting ?? 0,
        };
      }),
      errors: this.#log.recent.list().map(({ line, count, atMs, overAtMs }) => ({
        text: line,
        count,
        at: time(atMs),
        over_at: overAtMs === undefined ? undefined : time(overAtMs),
      })),
    };
  }
}

function nameOf(record: JsonObject): Partial<Known> {
  const name = textField(record, "name");
  return name === undefined ? {} : { name: cutText(name, MAX_NAME_LENGTH) };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
