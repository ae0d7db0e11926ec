/**
 * Tests that not every machine can run. Each says why it is skipped, in its name, so that a log and
 * the table of `deno task test:foreign` tell it (tests/README.md, "What a machine may lack").
 *
 * @module
 */

const OS = Deno.build.os;

/** Why a test is skipped here, or undefined where it runs. */
export type SkipReason = string | undefined;

/** Permission bits, owners and the umask. */
export const NO_MODES: SkipReason = onWindows("Windows has no permission bits and no owners");
/** A program that is told to end while its stdin is open. */
export const NO_SIGNALS: SkipReason = onWindows("Windows has no signals between processes");
export const NO_LINKS: SkipReason = onWindows("making a link takes a privilege on Windows");
export const NO_NAMED_PIPES: SkipReason = onWindows("Windows has no named pipes among its files");
export const NO_SHELL: SkipReason = onWindows("Windows has no sh");
/** Windows neither removes nor replaces what somebody has open. */
export const NO_REMOVAL_WHILE_OPEN: SkipReason = onWindows(
  "Windows does not remove a file or a directory that is in use",
);
/** `deno bundle` downloads its bundler for this system. */
export const NO_BUNDLER: SkipReason = OS === "windows" && Deno.env.has("WINELOADER")
  ? "under Wine, deno bundle does not reach the registry that has its bundler for Windows"
  : undefined;
export const NOT_WINDOWS: SkipReason = OS === "windows" ? undefined : "only Windows does this";
export const NOT_LINUX: SkipReason = OS === "linux" ? undefined : "only Linux shows or does this";
export const NOT_ROOT: SkipReason = NO_MODES ??
  (Deno.uid() === 0 ? undefined : "only root can act as another user");
export const IS_ROOT: SkipReason = OS !== "windows" && Deno.uid() === 0
  ? "root may read every file"
  : undefined;
/** A parent that is killed while somebody else holds the other end of stdin. */
export const NO_PARENT_WATCH: SkipReason = onWindows(
  "Windows does not tell a process that its parent ended",
);

/** What has to happen within a time that the program promises. */
export const EMULATED: SkipReason = Deno.env.get("MOLECULE_TEST_DENO")
  ? "an emulated processor is too slow for what must happen within a second"
  : undefined;

/** Registers a test, as skipped with the reason where there is one. */
export function testUnless(reason: SkipReason, test: Deno.TestDefinition): void;
export function testUnless(reason: SkipReason, name: string, fn: Deno.TestDefinition["fn"]): void;
export function testUnless(
  reason: SkipReason,
  test: Deno.TestDefinition | string,
  fn: Deno.TestDefinition["fn"] = () => {},
): void {
  const definition = typeof test === "string" ? { name: test, fn } : test;
  if (reason === undefined) return Deno.test(definition);
  Deno.test({ ...definition, name: skippedName(definition.name, reason), ignore: true });
}

/** The name of a skipped test: `<name> [skipped: <reason>]`, which scripts/foreign/results.ts reads. */
export function skippedName(name: string, reason: string): string {
  return `${name} [skipped: ${reason}]`;
}

/** The first reason that holds. */
export function firstReason(...reasons: readonly SkipReason[]): SkipReason {
  return reasons.find((reason) => reason !== undefined);
}

/** A reason that holds when something is absent. */
export function lacking(what: string, isThere: boolean): SkipReason {
  return isThere ? undefined : `there is no ${what}`;
}

function onWindows(reason: string): SkipReason {
  return OS === "windows" ? reason : undefined;
}
