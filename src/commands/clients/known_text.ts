import { mayHoldSecret } from "../../config/quote_value.ts";

import { isObject } from "../../lib/json.ts";
import type { KnownText } from "../edit/diff.ts";
import { entryAt, nested, putEntry } from "../edit/format.ts";
import { lineText } from "../edit/json_text.ts";
import { applySplices } from "../edit/splice.ts";
import type { Launch } from "./client.ts";
import type { EditedClient } from "./clients.ts";
import { isHarmless } from "./launch_text.ts";
import { isOwnName } from "./recognise.ts";

const VERSIONED = /^molecule-mcp@\d{1,5}\.\d{1,5}\.\d{1,5}$/;

/**
 * What of an entry a diff may show: the lines that this program would write for it, of its words that
 * are known to be no secret.
 *
 * @param text the file's
 * @param own how a client starts this program
 */
export function knownText(
  client: EditedClient,
  name: string,
  text: string,
  own: Launch | undefined,
): KnownText {
  const { format } = client;
  const path = client.entryPath(entryAt(format, text, []), name);
  const launch = client.launchOf(entryAt(format, text, path));
  if (!launch) return { lines: [], pieces: [] };
  const isShown = (word: string) =>
    own?.args.includes(word) || VERSIONED.test(word) ||
    (isHarmless(word) && !mayHoldSecret(word));
  const command = launch.command === own?.command || isPlainPath(launch.command)
    ? launch.command
    : "";
  const entry = client.entry({ command, args: launch.args.filter(isShown) });
  const member = { [name]: entry };
  const texts = [
    applySplices("", putEntry(format, "", path, entry)),
    format.snippet(path, entry),
    JSON.stringify(nested(path, entry), null, 1),
  ];
  return {
    lines: texts.flatMap((text) => text.split("\n")).filter((line) => line.trim() !== ""),
    pieces: [
      JSON.stringify(member).slice(1, -1),
      lineText(member, true).slice(2, -2),
      spacedText(member).slice(1, -1),
    ],
  };
}

/** JSON on one line as Python writes it. */
function spacedText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedText).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) =>
    `${JSON.stringify(key)}: ${spacedText(inner)}`
  );
  return `{${members.join(", ")}}`;
}

/** A program that is called as this one, in a directory whose name is no secret either. */
function isPlainPath(command: string): boolean {
  return (isOwnName(command) && /^[\w./\\:+-]+$/.test(command) && !mayHoldSecret(command)) ||
    /^(npx|cmd|deno)$/.test(command);
}
