import { type HeldOptions, whileHeld, WRITE_ATTEMPTS } from "./while_held.ts";

/**
 * Renames `from` over `to` in one step. Windows refuses that while another program holds `to` open:
 * there it is tried for about two seconds.
 *
 * @throws what the last attempt threw.
 */
export async function replaceFile(from: string, to: string, options?: HeldOptions): Promise<void> {
  await whileHeld(() => Deno.rename(from, to), WRITE_ATTEMPTS, options);
}

/** Removes a file, as patiently. @throws what the last attempt threw, such as `NotFound` */
export async function removeFile(path: string, options?: HeldOptions): Promise<void> {
  await whileHeld(() => Deno.remove(path), WRITE_ATTEMPTS, options);
}
