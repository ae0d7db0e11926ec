/**
 * The piece: what is said in it, here and in the demo with agents of their own processes
 * (`scripts/demo/play.ts`).
 *
 * @module
 */

/** What the user asks. */
export const QUESTION = "When can I walk over to Grand Bé in Saint-Malo on Monday?";
/** What the researcher finds. */
export const FINDING =
  "low tide on Monday is at 12:26; the causeway is dry two hours before and after";
/** What the lead asks the researcher. */
export const RESEARCH_TASK = `Please look up: ${QUESTION}`;
/** What the lead asks the writer. */
export const WRITING_TASK = `Write one friendly sentence from these notes: ${FINDING}`;
/** What the team remembers. */
export const MEMORY = `Tides: ${FINDING}`;

/** What the lead noted on its way, and wants to delete in the end. */
export const DRAFT = `Draft for the user: ${FINDING}`;
/** How it asks for that. */
export const DELETION = "Delete my draft about the tides";
/** Why, as whoever decides reads it. */
export const DELETION_REASON = "The user has the answer, and the draft cannot be brought back.";

/** What the writer makes of its task: one sentence. */
export function prose(task: string): string {
  const notes = task.slice(task.indexOf(":") + 1).trim();
  const [first = "", ...rest] = notes.split(";").map((note) => note.trim());
  return `In short: ${[first, ...rest].join(", and ")}. Plan your walk around it.`;
}
