/** What a `deno` needs to find its cache and its registries; no setting of the program. */
const NAMES = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "LOCALAPPDATA",
  "SystemRoot",
  "TMPDIR",
  "DENO_DIR",
  "JSR_URL",
  "NPM_CONFIG_REGISTRY",
];

/** The environment of a child that runs the program from source, without anybody's settings. */
export function childEnvironment(): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
