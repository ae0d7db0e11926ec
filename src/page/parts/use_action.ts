import { type Signal, useSignal } from "@preact/signals";
import { errorText } from "../text/error_text.ts";

/** Something that a button does. */
export interface Action {
  readonly isRunning: Signal<boolean>;
  /** Why the last try failed. */
  readonly problem: Signal<string | null>;
  /** Does it, unless it is being done. */
  readonly run: (action: () => Promise<unknown>) => Promise<void>;
}

/** Follows what a button does, so that nothing is done twice and a failure is told. */
export function useAction(): Action {
  const isRunning = useSignal(false);
  const problem = useSignal<string | null>(null);
  const run = async (action: () => Promise<unknown>) => {
    if (isRunning.peek()) return;
    isRunning.value = true;
    problem.value = null;
    try {
      await action();
    } catch (error) {
      problem.value = errorText(error);
    } finally {
      isRunning.value = false;
    }
  };
  return { isRunning, problem, run };
}
