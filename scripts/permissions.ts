/**
 * What the program may do, as flags: derived from the one place that says it, `permissions` in
 * deno.json. (Deno's own `-P` reads the same place, but older versions lack it, and newer ones
 * warn on stderr that it is experimental.)
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };

/** The environment variables that the program may read. */
export function environmentNames(): readonly string[] {
  return granted().env;
}

/** The flags of `deno run` and `deno compile`. */
export function permissionFlags(): string[] {
  return [
    "--no-prompt",
    `--allow-env=${granted().env.join(",")}`,
    "--allow-net",
    "--allow-read",
    "--allow-write",
  ];
}

/** Fails closed: a permission that is added to deno.json must be added here as well. */
function granted(set: Readonly<Record<string, unknown>> = config.permissions.default) {
  const { read, write, net, env, ...others } = set;
  const names = Array.isArray(env) ? env.map(String) : [];
  if (read !== true || write !== true || net !== true || Object.keys(others).length > 0) {
    throw new Error(
      "Cannot derive flags from the permissions in deno.json: expected read, write and net to be " +
        `true and env to list names, got ${JSON.stringify({ read, write, net, ...others })}`,
    );
  }
  return { env: names };
}
