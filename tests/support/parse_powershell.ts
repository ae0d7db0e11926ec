import { fromFileUrl } from "@std/path";
import { denoCommand } from "../../scripts/deno_command.ts";

/**
 * Parses PowerShell, in a process of its own (scripts/tools/check_powershell.ts).
 *
 * @returns code 0 when it is some; else what is wrong
 */
export async function parsePowerShell(script: string): Promise<{ code: number; said: string }> {
  const tools = new URL("../../scripts/tools/", import.meta.url);
  const child = new Deno.Command(denoCommand(), {
    args: [
      "run",
      "--quiet",
      "--no-config",
      `--lock=${fromFileUrl(new URL("deno.lock", tools))}`,
      "--frozen",
      "--allow-all",
      fromFileUrl(new URL("check_powershell.ts", tools)),
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { code, stdout } = await child.output();
  return { code, said: new TextDecoder().decode(stdout) };
}
