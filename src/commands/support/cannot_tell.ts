import { ownCommand } from "../../cli/own_command.ts";
import { canTryLocks } from "../../lib/files/lock_file.ts";
import { profileFlag } from "./profile_flag.ts";

/** Why it cannot be told whether a process holds a lock: the end of a sentence, and what to do. */
export function whyLocksTellNothing(
  profile?: string,
): { readonly why: string; readonly next: string } {
  return canTryLocks()
    ? { why: "here: its lock tells nothing", next: ownCommand(`doctor${profileFlag(profile)}`) }
    : {
      why: `with Deno ${Deno.version.deno}, only from 2.9 on`,
      // An executable has its own.
      next: Deno.build.standalone ? ownCommand("upgrade") : "deno upgrade",
    };
}
