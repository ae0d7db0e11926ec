import config from "../deno.json" with { type: "json" };

/**
 * What the program may do, as flags: derived from the one place that says it, `permissions` in
 * deno.json. (Deno's own `-P` reads the same place, but older versions lack it, and newer ones
 * warn on stderr that it is experimental.)
 */
export function permissionFlags(): string[] {
  const { env, net, read, write } = config.permissions.default;
  return [
    "--no-prompt",
    `--allow-env=${env.join(",")}`,
    ...(net ? ["--allow-net"] : []),
    ...(read ? ["--allow-read"] : []),
    ...(write ? ["--allow-write"] : []),
  ];
}
