import { heartbeat } from "../../platform/api/registry.ts";
import { errorText } from "../../lib/error_text.ts";
import type { ToolContext } from "../support/context.ts";
import type { WorkspaceConnection } from "../support/workspace_router.ts";

/**
 * Shows on the canvas that a task is running, from now until the returned function is called. The
 * regular heartbeat repeats it. `active_tasks` stays 0: while it is at the workspace's capacity of
 * 1, the platform holds back the messages that wait for this workspace.
 *
 * @param text such as "Delegating to Researcher"
 */
export function showCurrentTask(
  { client, workspace }: WorkspaceConnection,
  text: string,
  { background, settings, log }: ToolContext,
): () => void {
  const end = background.currentTasks.begin(workspace.id, text);
  const show = () => {
    if (!settings.heartbeatEnabled) return;
    const currentTask = background.currentTasks.of(workspace.id);
    background.track(
      heartbeat(client, {
        uptimeSeconds: performance.now() / 1000,
        currentTask,
      }).then(() => {}, (error) => {
        // The next regular heartbeat updates the canvas; the task itself is not affected.
        log.info(`Cannot show the current task: ${errorText(error)}`);
      }),
    );
  };
  show();
  return () => {
    end();
    show();
  };
}
