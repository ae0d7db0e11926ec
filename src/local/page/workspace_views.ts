/**
 * The workspaces, as the page's map shows them.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import type { WorkspaceRow } from "../state/rows.ts";
import { statusNow } from "../state/status.ts";
import { formatOptional } from "../state/timestamps.ts";
import { shownTask } from "./progress.ts";
import type { PageOptions } from "./page_options.ts";
import type { WorkspaceView } from "./protocol.ts";

type ViewedPlatform = Pick<PlatformContext, "store" | "clock" | "options">;

/** Notices when what is shown of a workspace has changed. */
export class WorkspaceViews {
  readonly #platform: ViewedPlatform;
  readonly #kindOf: (workspaceId: string) => WorkspaceView["kind"];
  readonly #onChange: (workspace: WorkspaceView) => void;
  /** By workspace: what was last told of it. */
  readonly #told = new Map<string, string>();

  /** @param platform With the store itself: the page shows also what a missing database hides */
  constructor(
    platform: ViewedPlatform,
    options: Pick<PageOptions, "yourWorkspaceId" | "kindOf">,
    onChange: (workspace: WorkspaceView) => void,
  ) {
    const yours = options.yourWorkspaceId.toLowerCase();
    this.#platform = platform;
    this.#kindOf = options.kindOf ?? ((id) => id === yours ? "yours" : "colleague");
    this.#onChange = onChange;
  }

  /** All of them, also removed ones, in the order of their creation. */
  all(): WorkspaceView[] {
    return this.#platform.store.workspaces().map((row) => this.#view(row));
  }

  /** A workspace was written to. */
  written(id: string): void {
    const row = this.#platform.store.workspace(id);
    if (row) this.#tell(row);
  }

  /** Looks for those that have fallen silent: nothing is written then. */
  lookForSilence(): void {
    for (const row of this.#platform.store.workspaces()) this.#tell(row);
  }

  #tell(row: WorkspaceRow): void {
    const view = this.#view(row);
    const text = JSON.stringify(view);
    if (this.#told.get(view.id) === text) return;
    this.#told.set(view.id, text);
    this.#onChange(view);
  }

  #view(row: WorkspaceRow): WorkspaceView {
    return {
      id: row.id,
      name: row.name,
      role: row.role,
      parentId: row.parentId,
      status: statusNow(this.#platform, row),
      kind: this.#kindOf(row.id),
      deliveryMode: row.deliveryMode,
      lastSeenAt: formatOptional(row.lastHeartbeatAt),
      currentTask: shownTask(row.currentTask),
      activeTasks: row.activeTasks,
    };
  }
}
