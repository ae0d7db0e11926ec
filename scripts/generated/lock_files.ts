/**
 * Compares the lock files with what they lock, without asking a registry: deno.lock (JSR and npm),
 * scripts/npm_only/deno.lock (npm alone, with what the adapters need) and scripts/tools/deno.lock.
 *
 * @module
 */

/** Writes the lock files anew. */
export const LOCK = "deno task lock";

/** The parts of a lock file that matter here. */
export interface Lock {
  /** What is asked for, and the version that it stands for. */
  readonly specifiers: Readonly<Record<string, string>>;
  /** The packages of npm, by name and version. */
  readonly npm: Readonly<Record<string, unknown>>;
  readonly workspace?: { readonly dependencies: readonly string[] };
}

/** The lock files and what they follow from. */
export interface LockFiles {
  /** `imports` of deno.json. */
  readonly imports: Readonly<Record<string, string>>;
  /** `imports` of scripts/npm_only/import_map.json. */
  readonly npmOnlyImports: Readonly<Record<string, string>>;
  /** The packages of scripts/tools/versions.ts. */
  readonly tools: readonly string[];
  readonly lock: Lock;
  readonly npmOnlyLock: Lock;
  readonly toolsLock: Lock;
}

/** What is wrong with the lock files, each with what to do. */
export function lockProblems(files: LockFiles): string[] {
  const asked = Object.values(files.imports).map(asLocked);
  const [now, expected] = [files.lock, withNpmHalf(files)];
  const known = now.workspace?.dependencies.filter((name) => name in now.specifiers) ?? [];
  return [
    ...mismatch("deno.lock", asked, known),
    ...mismatch(
      "scripts/npm_only/deno.lock",
      askedOfNpm(files),
      Object.keys(files.npmOnlyLock.specifiers),
    ),
    ...mismatch("scripts/tools/deno.lock", files.tools, Object.keys(files.toolsLock.specifiers)),
    ...[...different(now.specifiers, expected.specifiers), ...different(now.npm, expected.npm)]
      .map((name) => `deno.lock and scripts/npm_only/deno.lock differ in ${name}`),
  ].map((problem) => `${problem}. Run: ${LOCK}`);
}

/**
 * deno.lock with the npm half of scripts/npm_only/deno.lock, for networks that do not reach JSR. The
 * half of JSR stays as it is.
 */
export function withNpmHalf(files: LockFiles): Lock {
  const { lock, npmOnlyLock, imports } = files;
  const adapters = adapterPackages(files);
  const names = adapters.map((specifier) => specifier.replace(/^npm:(.+)@.*$/, "$1@"));
  return {
    ...lock,
    specifiers: {
      ...pick(lock.specifiers, (name) => !isNpm(name)),
      ...pick(npmOnlyLock.specifiers, (name) => !adapters.includes(name)),
    },
    npm: pick(npmOnlyLock.npm, (key) => !names.some((name) => key.startsWith(name))),
    workspace: { ...lock.workspace, dependencies: Object.values(imports).map(asLocked).sort() },
  };
}

/**
 * The lock file without the specifiers that nothing asks for any more. Packages that only they needed
 * stay until Deno next writes the file.
 */
export function pruned(lock: Lock, asked: readonly string[]): Lock {
  return { ...lock, specifiers: pick(lock.specifiers, (name) => asked.includes(name)) };
}

/** The specifiers that scripts/npm_only/deno.lock must hold. */
export function askedOfNpm(files: LockFiles): string[] {
  return [...Object.values(files.imports).map(asLocked).filter(isNpm), ...adapterPackages(files)];
}

/** The packages that only the adapters of scripts/npm_only/ need. */
function adapterPackages({ imports, npmOnlyImports }: LockFiles): string[] {
  return Object.entries(npmOnlyImports)
    .filter(([name, target]) => !(name.replace(/\/$/, "") in imports) && isNpm(target))
    .map(([, target]) => asLocked(target));
}

/** Deno writes "^4.0.0" as "4" into lock files. */
function asLocked(specifier: string): string {
  return specifier.replace(/\^(\d+)\.0\.0$/, "$1");
}

function isNpm(specifier: string): boolean {
  return specifier.startsWith("npm:");
}

function mismatch(file: string, asked: readonly string[], locked: readonly string[]): string[] {
  return [
    ...asked.filter((name) => !locked.includes(name)).map((name) => `${file} lacks ${name}`),
    ...locked.filter((name) => !asked.includes(name))
      .map((name) => `${file} holds ${name}, which nothing asks for any more`),
  ];
}

type Entries<Value> = Readonly<Record<string, Value>>;

/** The names whose values differ. */
function different(a: Entries<unknown>, b: Entries<unknown>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

function pick<Value>(entries: Entries<Value>, wanted: (name: string) => boolean): Entries<Value> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => wanted(name)));
}
