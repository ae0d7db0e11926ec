import { reasonOf } from "../config/system_error.ts";
import { fencePeerText } from "../safety/untrusted_text.ts";
import type { InboxMessage } from "./message.ts";

/** Of text in UTF-8; what is longer is handed out cut. */
const MAX_TEXT_BYTES = 64 * 1024;
/** More are not listed: a sender can name as many as fit its message. */
const MAX_ATTACHMENTS = 100;

/** Writes a text to a file of its own; the same one when it is there from before. */
export type KeepText = (rowId: string, text: string) => Promise<string>;

/**
 * The message as it is handed out: a very long one with the beginning of its text, the whole of which
 * is in a file by then. A file that cannot be written keeps no message back.
 */
export async function handedOut(message: InboxMessage, keep: KeepText): Promise<InboxMessage> {
  const { text, attachments = [], note } = message;
  const start = beginningOf(text);
  const notes = [
    ...(note === undefined ? [] : [note]),
    ...(start === text ? [] : [await textNote(message, keep)]),
    ...(attachments.length <= MAX_ATTACHMENTS
      ? []
      : [`${attachments.length - MAX_ATTACHMENTS} more attachments are not listed`]),
  ];
  if (notes.length === (note === undefined ? 0 : 1)) return message;
  return {
    ...message,
    text: start,
    ...(attachments.length > 0 && { attachments: attachments.slice(0, MAX_ATTACHMENTS) }),
    note: notes.join("; "),
  };
}

/** Cut between characters. */
function beginningOf(text: string): string {
  // No character has more than three bytes for each of its units.
  if (text.length * 3 <= MAX_TEXT_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_TEXT_BYTES));
  return text.slice(0, read);
}

async function textNote({ activity_id, kind, text }: InboxMessage, keep: KeepText) {
  const cut = `only the first ${MAX_TEXT_BYTES / 1024} KiB of ${text.length} characters are shown`;
  try {
    const whole = kind === "delegation_result" ? fencePeerText(text) : text;
    return `${cut}; the whole text is in the file ${await keep(activity_id, whole)}`;
  } catch (error) {
    return `${cut}; the whole text could not be kept in a file (${reasonOf(error)}): ask the ` +
      "sender for it in parts, or mend that and restart, since a message that was not popped comes again";
  }
}
