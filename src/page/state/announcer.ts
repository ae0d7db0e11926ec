import { signal } from "@preact/signals";

/** What a screen reader says, when it has said the rest. */
export class Announcer {
  readonly text = signal("");

  say(text: string): void {
    // The same words again are only said where they differ.
    this.text.value = text === this.text.value ? `${text}\u00a0` : text;
  }
}
