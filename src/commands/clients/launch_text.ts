import { cleanLine } from "../../safety/untrusted/clean_text.ts";
import type { Launch } from "./client.ts";
import { isOwnProgram } from "./recognise.ts";

const MAX_SHOWN = 160;

/**
 * An entry's command line for people to recognise. Arguments that are no words of ours may be secrets:
 * they are left out.
 */
export function launchText(launch: Launch | undefined): string {
  if (!launch) return "(no command)";
  const shown = launch.args.map((arg) => isHarmless(arg) ? arg : "...");
  return cleanLine([programIn(launch.command), ...shown].join(" "), MAX_SHOWN) ?? "(no command)";
}

/**
 * The name or path up to the first white space: some write a whole command line there, with a token in
 * it, and a space in a path cannot be told from that.
 */
function programIn(command: string): string {
  const [start = ""] = command.split(/[\s\p{C}]/u, 1);
  const isShown = /^[\w.+-]+$/.test(start) ||
    (/^(\/|~|[A-Za-z]:[\\/])/.test(start) && isBare(start));
  if (!isShown) return "...";
  return start === command ? start : `${start} ...`;
}

/** Whether a path or an address has no more in it: neither a value, nor a user and a password. */
function isBare(text: string): boolean {
  return !/[\s\p{C}=?#]|:\/\/[^/]*@/u.test(text);
}

/** Whether an argument is a word of ours, and no secret. */
export function isHarmless(arg: string): boolean {
  return (isOwnProgram(arg) && isBare(arg)) ||
    /^(-[A-Za-z]|\/c|npx|run|--[a-z-]{2,20}|molecule[\w.]{0,40})$/.test(arg);
}
