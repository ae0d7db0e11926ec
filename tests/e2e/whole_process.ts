import { type SkipReason, testUnless } from "../support/test_unless.ts";

/**
 * A test with whole processes and the SDK's own client. That client closes its pipes after the
 * process has ended, so the sanitizers of `deno test` are off here; what leaks in the program is
 * looked for in its own process (end_test.ts, tests/slow/simulated_soak_test.ts).
 */
export function processTest(
  name: string,
  fn: (context: Deno.TestContext) => Promise<void>,
  skipped?: SkipReason,
): void {
  testUnless(skipped, { name, sanitizeOps: false, sanitizeResources: false, fn });
}
