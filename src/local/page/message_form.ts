/**
 * What the user writes in the page: `multipart/form-data` with `text` and `file`s.
 *
 * @module
 */
import { readForm } from "../server/form.ts";
import { byteLength } from "../state/utf8.ts";
import { inWords, readBytes } from "./body.ts";
import type { PageLimits } from "./page_options.ts";
import { Refused } from "./refused.ts";

/** A message of the user. */
export interface WrittenMessage {
  readonly text: string;
  readonly files: readonly File[];
}

/** Reads the form. @throws {Refused} for what is no message, or too large a one */
export async function readMessage(request: Request, limits: PageLimits): Promise<WrittenMessage> {
  const form = await parse(request, await readBytes(request, limits.messageBytes));
  const text = unixLines(form.get("text") ?? "");
  const files = form.getAll("file").filter((value) => value instanceof File);
  if (typeof text !== "string") throw new Refused(400, "The text of the message is a file.");
  if (text.trim() === "" && files.length === 0) throw new Refused(400, "The message is empty.");
  if (byteLength(text) > limits.textBytes) {
    const most = inWords(limits.textBytes);
    throw new Refused(413, `The text is too long: at most ${most}. Send it as a file.`);
  }
  if (files.length > limits.files) {
    throw new Refused(413, `Too many files: at most ${limits.files} go with a message.`);
  }
  for (const file of files) {
    const name = JSON.stringify(file.name);
    if (file.size === 0) throw new Refused(400, `The file ${name} is empty, and cannot be sent.`);
    if (file.size <= limits.fileBytes) continue;
    throw new Refused(413, `The file ${name} is too large: at most ${inWords(limits.fileBytes)}.`);
  }
  return { text, files };
}

/** A form carries every line end as CR LF (HTML, "Constructing the entry list"); nobody typed that. */
function unixLines(value: FormDataEntryValue): FormDataEntryValue {
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : value;
}

async function parse(request: Request, body: Uint8Array<ArrayBuffer>): Promise<FormData> {
  try {
    return await readForm(body, request.headers.get("Content-Type") ?? "");
  } catch {
    throw new Refused(400, "The request is not a form.");
  }
}
