/** How often and how patiently `replaceFile` tries. */
export interface ReplaceOptions {
  /** How many renames at most; default 10 on Windows, else 1. */
  readonly attempts?: number;
  /** Waits between two attempts; default a timer. */
  readonly pause?: (ms: number) => Promise<void>;
}

const WINDOWS_ATTEMPTS = 10;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/**
 * Renames `from` over `to` in one step.
 *
 * Windows refuses that while another program (a reader, a virus scanner) holds `to` open, which is
 * over within moments; there a refused rename is tried again, for about a second altogether.
 *
 * @throws what the last attempt threw.
 */
export async function replaceFile(
  from: string,
  to: string,
  { attempts = Deno.build.os === "windows" ? WINDOWS_ATTEMPTS : 1, pause = timer }: ReplaceOptions =
    {},
): Promise<void> {
  for (let attempt = 1, pauseMs = FIRST_PAUSE_MS;; attempt++) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      if (attempt >= attempts || error instanceof Deno.errors.NotFound) throw error;
    }
    await pause(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
