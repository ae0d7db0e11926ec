import { field, textField } from "../lib/json.ts";
import { peerJson } from "../safety/untrusted/peer_json.ts";
import { cleanText, peerText } from "../safety/untrusted/untrusted_text.ts";
import type { Attachment } from "./files/attachments.ts";
import { decodedBody, isPartOf, partLists } from "./message_parts.ts";
import { cutText } from "../lib/cut_text.ts";

/** Limit for a text in UTF-8; a longer one is handed out cut (src/inbox/long_message.ts). */
export const MAX_TEXT_BYTES = 64 * 1024;
const EMPTY_TEXT = "(empty A2A message)";
const MAX_DATA_LENGTH = 4_000;
const MAX_NAMED = 20;

/**
 * The text of a message: the first of all possible places that is not blank once cleaned. If there
 * is none, it says what came instead; the platform's summary is labelled as such, since the sender
 * did not write it.
 */
export function textOf(row: unknown, body: unknown, attachments: readonly Attachment[]): string {
  const texts = partLists(body).map((parts) =>
    parts.filter((part) => isPartOf("text", part))
      .map((part) => textField(part, "text") ?? "").join("")
  );
  return firstSaying(texts) ?? contentOf(body, attachments) ?? summaryOf(row, body) ?? EMPTY_TEXT;
}

/**
 * The text of a delegation's result (src/platform/API.md, "A delegation's result in the inbox").
 */
export function resultTextOf(row: unknown): string {
  return firstSaying([
    textField(decodedBody(row, "response_body"), "text"),
    textField(row, "summary"),
  ]) ?? EMPTY_TEXT;
}

function firstSaying(texts: readonly (string | undefined)[]): string | undefined {
  return texts.map((text) => cleanText(text ?? "")).find((text) => text !== "");
}

/** What came instead of a text. */
function contentOf(body: unknown, attachments: readonly Attachment[]): string | undefined {
  const names = attachments.slice(0, MAX_NAMED).map(({ name, kind }) =>
    name === undefined ? kind : JSON.stringify(name)
  );
  const more = attachments.length > MAX_NAMED ? ", and more" : "";
  const data = partLists(body).map((parts) => parts.filter((part) => isPartOf("data", part)))
    .find((parts) => parts.length > 0) ?? [];
  const said = [
    ...(names.length > 0 ? [`attached: ${names.join(", ")}${more}`] : []),
    ...(data.length > 0 ? [`data: ${dataText(data.map((part) => field(part, "data")))}`] : []),
  ];
  return said.length > 0 ? `(no text; ${said.join("; ")})` : undefined;
}

function dataText(values: readonly unknown[]): string {
  const json = JSON.stringify(peerJson(values.length === 1 ? values[0] : values)) ?? "nothing";
  if (json.length <= MAX_DATA_LENGTH) return json;
  // Cut between characters: half of one would become a replacement character.
  const start = cutText(json, MAX_DATA_LENGTH);
  return `${start}… (cut; ${json.length} characters)`;
}

/** Only for a row that has nothing else. */
function summaryOf(row: unknown, body: unknown): string | undefined {
  const summary = cleanText(textField(row, "summary") ?? "");
  if (summary === "" || (body !== undefined && body !== null)) return undefined;
  return `(no text; the platform's summary: ${summary})`;
}

/**
 * A peer's text, with its beginning cleaned. No more is ever shown (src/inbox/long_message.ts): the
 * rest goes to a file, where nothing can pass for a frame of ours, and cleaning a megabyte would
 * take a second.
 */
export function cleanedPeerText(text: string): string {
  // Every character takes at least one byte, so this is enough.
  const beginning = cutText(text, MAX_TEXT_BYTES);
  return peerText(beginning) + text.slice(beginning.length);
}
