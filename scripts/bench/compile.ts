import { compileFlags } from "../release/compile_flags.ts";

/**
 * Compiles a self-contained JS file as the program is compiled, with the same permissions.
 *
 * @param name the path of the executable, without the `.exe` of Windows
 * @returns the path, or undefined where nothing can be compiled (see scripts/compile.ts)
 */
export async function compileAsProgram(source: string, name: string): Promise<string | undefined> {
  const output = `${name}${Deno.build.os === "windows" ? ".exe" : ""}`;
  const { success } = await new Deno.Command(Deno.env.get("DENO_COMPILE") ?? Deno.execPath(), {
    args: [
      "compile",
      ...compileFlags(),
      `--output=${output}`,
      source,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success ? output : undefined;
}
