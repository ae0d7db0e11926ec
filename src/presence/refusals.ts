/** Consecutive refusals after which the token counts as revoked (runtime-behaviour C3). */
const THRESHOLD = 3;
/** How often it is said again after that. */
const REPEAT_EVERY = 20;

/** Counts consecutive 401/403 answers and says when a person should hear of them (C3). */
export class Refusals {
  #count = 0;

  /** A beat that was accepted. */
  reset(): void {
    this.#count = 0;
  }

  /** @returns the line to show for this refusal, or `undefined` when it is one of many */
  next(status: number, workspaceId: string): string | undefined {
    this.#count += 1;
    if (this.#count < THRESHOLD) {
      return `Heartbeat for workspace ${workspaceId} refused with ${status} ` +
        `(${this.#count} of ${THRESHOLD}). If it stays: canvas, Tokens tab, create a new token`;
    }
    if ((this.#count - THRESHOLD) % REPEAT_EVERY !== 0) return undefined;
    return `Heartbeat for workspace ${workspaceId} refused ${this.#count} times in a row ` +
      `(${status}): the token was revoked, probably because the workspace was deleted. The server ` +
      "keeps running but calls fail. Create workspace and token again in the canvas (Tokens tab) " +
      "and put the token where the old one is (MOLECULE_WORKSPACE_TOKEN, MOLECULE_WORKSPACES or " +
      "the token file)";
  }
}
