import { once } from "../lib/once.ts";
import { readEnvironment } from "./environment.ts";
import { typedName } from "./own_program.ts";

// How this was started does not change.
const ownName = once(() => typedName({ os: Deno.build.os, read: readEnvironment().read }));

/**
 * A command of this program as it can be pasted into the shell at hand: `molecule-mcp doctor`, or under
 * npx `npx -y molecule-mcp@0.1.0 doctor`.
 *
 * @param words everything after the program, quoted where it has to be
 */
export function ownCommand(words: string): string {
  return `${ownName()} ${words}`;
}
