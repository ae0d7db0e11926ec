import { permissionFlags } from "../permissions.ts";

/**
 * The flags of `deno compile` for everything: the permissions come from these flags alone, the program
 * from its file alone. scripts/compile.ts says why there is no code cache.
 */
export function compileFlags(): string[] {
  return [
    "--quiet",
    "--no-config",
    "--no-lock",
    "--no-check",
    "--no-code-cache",
    ...permissionFlags(),
  ];
}
