import { useRef } from "preact/hooks";
import type { Signal } from "@preact/signals";
import { useAction } from "./use_action.ts";

/** Something that is read from the platform. */
export interface Reading {
  /** Why the last try failed. */
  readonly problem: Signal<string | null>;
  /** Reads it. While it is being read, that happens once more: what comes may be older than this call. */
  readonly read: () => Promise<void>;
}

/** Follows what is read again whenever it has changed. */
export function useReading(readOnce: () => Promise<unknown>): Reading {
  const { problem, run } = useAction();
  const isWanted = useRef(false);
  const read = async () => {
    isWanted.current = true;
    await run(async () => {
      while (isWanted.current) {
        isWanted.current = false;
        await readOnce().catch((error) => {
          if (!isWanted.current) throw error;
        });
      }
    });
  };
  return { problem, read };
}
