import { permissionFlags } from "../permissions.ts";

/**
 * How everything is compiled, for `deno compile`: what a program may do comes from the flags, what it
 * is from its file, alone. Why there is no code cache is said in scripts/compile.ts.
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
