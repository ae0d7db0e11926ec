import { reasonOf } from "../lib/system_error.ts";
import { fencePeerText } from "../safety/untrusted/untrusted_text.ts";
import { cutText } from "../lib/cut_text.ts";
import { type Attachment, type InboxMessage, isFenced } from "./message.ts";
import { MAX_TEXT_BYTES } from "./message_text.ts";

/** How many are listed: a sender can name as many as fit in its message. */
const MAX_ATTACHMENTS = 100;
const MAX_CLAIM_LENGTH = 2_000;

/** Writes a text to a file named after the row, unless it already exists, and returns its path. */
export type SaveText = (rowId: string, text: string) => Promise<string>;

/**
 * The message as the agent gets it: of a very long one only the beginning of its text, once the
 * whole text is in a file. If that file cannot be written, the message is delivered all the same.
 */
export async function cutLongMessage(message: InboxMessage, save: SaveText): Promise<InboxMessage> {
  const { text, attachments = [], note } = message;
  const start = beginningOf(text);
  const listed = attachments.slice(0, MAX_ATTACHMENTS).map(shortClaim);
  const notes = [
    ...(note === undefined ? [] : [note]),
    ...(start === text ? [] : [await textNote(message, save)]),
    ...(attachments.length <= MAX_ATTACHMENTS
      ? []
      : [`${attachments.length - MAX_ATTACHMENTS} more attachments are not listed`]),
  ];
  const isWhole = notes.length === (note === undefined ? 0 : 1) &&
    listed.every((file, index) => file === attachments[index]);
  if (isWhole) return message;
  return {
    ...message,
    text: start,
    ...(attachments.length > 0 && { attachments: listed }),
    ...(notes.length > 0 && { note: notes.join("; ") }),
  };
}

/** Cuts the place that a sender claims, which may be of any length. */
function shortClaim(file: Attachment): Attachment {
  const claim = file.claimed_uri;
  if (claim === undefined || claim.length <= MAX_CLAIM_LENGTH) return file;
  return { ...file, claimed_uri: `${cutText(claim, MAX_CLAIM_LENGTH)}…` };
}

/** Cut between characters. */
function beginningOf(text: string): string {
  // Each UTF-16 unit takes at most three bytes of UTF-8.
  if (text.length * 3 <= MAX_TEXT_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_TEXT_BYTES));
  return text.slice(0, read);
}

async function textNote(message: InboxMessage, save: SaveText) {
  const { activity_id, text } = message;
  const cut = `only the first ${MAX_TEXT_BYTES / 1024} KiB of ${text.length} characters are shown`;
  try {
    const whole = isFenced(message) ? fencePeerText(text) : text;
    return `${cut}; the whole text is in the file ${await save(activity_id, whole)}`;
  } catch (error) {
    return `${cut}; the whole text could not be saved to a file (${reasonOf(error)}): ask the ` +
      "sender to send it in parts, or fix that and restart, since a message that was not popped is delivered again";
  }
}
