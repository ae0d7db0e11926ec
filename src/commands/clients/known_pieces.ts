import { mayHoldSecret } from "../../config/quote_value.ts";

import { entryAt, nested, putEntry } from "../edit/format.ts";
import { lineText } from "../edit/json_text.ts";
import { applySplices } from "../edit/splice.ts";
import type { Launch } from "./client.ts";
import type { EditedClient } from "./clients.ts";
import { isHarmless } from "./launch_text.ts";
import { isOwnName } from "./recognise.ts";

/**
 * What of an entry a diff may show: the lines that this program would write for it, of its words that
 * are known to be no secret.
 *
 * @param text the file's
 * @param own how a client starts this program
 */
export function knownPieces(
  client: EditedClient,
  name: string,
  text: string,
  own: Launch | undefined,
): readonly string[] {
  const { format } = client;
  const path = client.entryPath(entryAt(format, text, []), name);
  const launch = client.launchOf(entryAt(format, text, path));
  if (!launch) return [];
  const isShown = (word: string) =>
    own?.args.includes(word) || (isHarmless(word) && !mayHoldSecret(word));
  const command = launch.command === own?.command || isPlainPath(launch.command)
    ? launch.command
    : "";
  const entry = client.entry({ command, args: launch.args.filter(isShown) });
  const member = { [name]: entry };
  return [
    applySplices("", putEntry(format, "", path, entry)),
    format.snippet(path, entry),
    JSON.stringify(nested(path, entry), null, 1),
    JSON.stringify(member).slice(1, -1),
    lineText(member, true).slice(2, -2),
  ].flatMap((text) => text.split("\n")).map((line) => line.trim()).filter((line) => line !== "");
}

/** A program that is called as this one, in a directory whose name is no secret either. */
function isPlainPath(command: string): boolean {
  return (isOwnName(command) && /^[\w./\\:+-]+$/.test(command) && !mayHoldSecret(command)) ||
    /^(npx|cmd|deno)$/.test(command);
}
