/**
 * The play that is started in the page.
 *
 * @module
 */
import { errorText } from "../../lib/error_text.ts";
import { sleep } from "../../lib/sleep.ts";
import type { LocalPlatform } from "../local_platform.ts";
import type { PlayControl } from "../page/page_options.ts";
import type { PlayView } from "../page/protocol.ts";
import { castOf } from "./cast.ts";
import { type Notes, STEPS } from "./steps.ts";

const PAUSE_MS = 1_500;
const NOT_YET: PlayView = { state: "none", step: 0, steps: STEPS.length, text: "" };

/** Of {@linkcode Play}; everything has a default. */
export interface PlayOptions {
  /** Between two steps, for people to follow. Default: waits 1,500 ms. */
  readonly pause?: (signal: AbortSignal) => Promise<void>;
}

/** Plays on a platform as often as it is asked to. */
export class Play implements PlayControl, AsyncDisposable {
  readonly #pause: (signal: AbortSignal) => Promise<void>;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  #platform: LocalPlatform | undefined;
  #view = NOT_YET;
  #playing: Promise<void> | undefined;

  constructor({ pause = (signal) => sleep(PAUSE_MS, signal) }: PlayOptions = {}) {
    this.#pause = pause;
  }

  /** Says where it plays. The page is told of the play before its platform listens, hence later. */
  attach(platform: LocalPlatform): void {
    this.#platform = platform;
    this.#show({ ...NOT_YET, state: "ready" });
  }

  view(): PlayView {
    return this.#view;
  }

  start(): boolean {
    const platform = this.#platform;
    if (!platform || this.#playing || this.#stop.signal.aborted) return false;
    this.#show({ ...NOT_YET, state: "playing", text: "The agents come onto the stage." });
    this.#playing = this.#play(platform).then((end) => {
      this.#playing = undefined; // Whoever hears of the end may start it again.
      this.#show(end);
    });
    return true;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves when it does not play. */
  async idle(): Promise<void> {
    await this.#playing;
  }

  /** Ends it; before the platform is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#playing;
  }

  async #play(platform: LocalPlatform): Promise<PlayView> {
    const { signal } = this.#stop;
    let cast;
    try {
      cast = await castOf(platform, signal);
      const notes: Notes = {};
      for (const [at, { text, run }] of STEPS.entries()) {
        await this.#pause(signal);
        this.#show({ ...NOT_YET, state: "playing", step: at + 1, text });
        await run(cast, notes);
      }
      const text = "Every step held.";
      return { ...NOT_YET, state: "done", step: STEPS.length, text };
    } catch (error) {
      const { step, text } = this.#view;
      const where = step === 0 ? text : `Step ${step} (“${text}”)`;
      return { ...this.#view, state: "failed", text: `${where} failed: ${errorText(error)}.` };
    } finally {
      await cast?.[Symbol.asyncDispose]();
    }
  }

  #show(view: PlayView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
