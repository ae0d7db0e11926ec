import { type Backoff, backoffMs } from "../backoff.ts";
import { sleep } from "../sleep.ts";
import { systemCode } from "../system_error.ts";

/** How often and how patiently something is tried. */
export interface HeldOptions {
  /** How many attempts at most; elsewhere than on Windows one is all, unless given. */
  readonly attempts?: number;
  /** Waits between two attempts; default `sleep`. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** About two seconds: whoever writes has something that must not be lost. */
export const WRITE_ATTEMPTS = 25;
/** About an eighth of a second: a file that stays unreadable must not hold up every call. */
export const READ_ATTEMPTS = 5;

const PAUSES: Backoff = { firstMs: 10, longestMs: 100 };
/**
 * Access denied (the file is open elsewhere and about to be removed or replaced), sharing violation
 * and lock violation, by the codes that Deno gives them. Nothing else passes by waiting.
 */
const HELD = ["EPERM", "EACCES", "EBUSY"];

/**
 * Does something with a file that Windows refuses while another program (a reader, a virus scanner,
 * a backup) has it open, which is over within moments: then it is tried again. Windows does not tell
 * this from a refusal that stays, so that one is told after the last attempt.
 *
 * @throws what the last attempt threw
 */
export async function whileHeld<T>(
  act: () => Promise<T>,
  windowsAttempts: number,
  { attempts = Deno.build.os === "windows" ? windowsAttempts : 1, pause = sleep }: HeldOptions = {},
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt >= attempts || !HELD.includes(systemCode(error) ?? "")) throw error;
    }
    await pause(backoffMs(PAUSES, attempt));
  }
}
