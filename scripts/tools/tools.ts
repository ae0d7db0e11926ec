/**
 * Runs the command-line tools from npm that check and pack a release. They have a lock file of their
 * own, since what they depend on is not part of the program.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { TOOL_PACKAGES } from "./versions.ts";

const LOCK = new URL("deno.lock", import.meta.url);

/**
 * @param cwd the folder to run it in
 * @returns what it printed
 * @throws with what it printed, when it failed
 */
export async function runTool(
  name: "mcpb",
  args: readonly string[],
  cwd: string,
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-config",
      `--lock=${fromFileUrl(LOCK)}`,
      "--frozen",
      "--allow-all",
      TOOL_PACKAGES[name],
      ...args,
    ],
    cwd,
  }).output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n").trim();
  if (!success) throw new Error(`${name} ${args[0]} failed:\n${text}`);
  return text;
}
