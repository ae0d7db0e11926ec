/**
 * What each workspace is waiting for right now, for its line on the canvas, sent in a heartbeat
 * (src/platform/API.md, "Heartbeat").
 */
export class CurrentTasks {
  readonly #tasks = new Map<string, Set<{ readonly text: string }>>();

  /**
   * Notes that a task is running.
   *
   * @returns a function to call when it has ended
   */
  begin(workspaceId: string, text: string): () => void {
    const tasks = this.#tasks.get(workspaceId) ?? new Set();
    this.#tasks.set(workspaceId, tasks);
    const task = { text };
    tasks.add(task);
    return () => {
      tasks.delete(task);
    };
  }

  /** The newest task and how many others there are; `undefined` when none is running. */
  of(workspaceId: string): string | undefined {
    const tasks = [...this.#tasks.get(workspaceId) ?? []];
    const newest = tasks.at(-1);
    if (!newest) return undefined;
    return tasks.length === 1 ? newest.text : `${newest.text} (and ${tasks.length - 1} more)`;
  }
}
