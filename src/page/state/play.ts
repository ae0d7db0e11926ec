import { signal } from "@preact/signals";
import type { PlayView } from "../../local/page/protocol.ts";

/** The play, with the steps that were seen. */
export class Play {
  readonly now = signal<PlayView>({ state: "none", step: 0, steps: 0, text: "" });
  /** What was told of each step, from the first. */
  readonly seen = signal<readonly { readonly step: number; readonly text: string }[]>([]);

  /** What the platform tells. */
  update(play: PlayView): void {
    this.now.value = play;
    const { state, step, text } = play;
    if (state === "ready" || state === "none") this.seen.value = [];
    // A failure's text says why, and is shown apart.
    else if (state !== "failed" && text !== "") {
      const before = this.seen.value.filter((seen) => seen.step < step);
      this.seen.value = [...before, { step, text }];
    }
  }
}
