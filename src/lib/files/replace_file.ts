import { type Backoff, backoffMs } from "../backoff.ts";
import { sleep } from "../sleep.ts";

/** How often and how patiently `replaceFile` tries. */
export interface ReplaceOptions {
  /** How many renames at most; default 10 on Windows, else 1. */
  readonly attempts?: number;
  /** Waits between two attempts; default `sleep`. */
  readonly pause?: (ms: number) => Promise<void>;
}

const WINDOWS_ATTEMPTS = 10;
const PAUSES: Backoff = { firstMs: 10, longestMs: 200 };

/**
 * Renames `from` over `to` in one step.
 *
 * Windows refuses that while another program (a reader, a virus scanner) holds `to` open, which is
 * over within moments; there a refused rename is repeated for about a second altogether.
 *
 * @throws what the last attempt threw.
 */
export async function replaceFile(
  from: string,
  to: string,
  { attempts = Deno.build.os === "windows" ? WINDOWS_ATTEMPTS : 1, pause = sleep }: ReplaceOptions =
    {},
): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      if (attempt >= attempts || error instanceof Deno.errors.NotFound) throw error;
    }
    await pause(backoffMs(PAUSES, attempt));
  }
}
