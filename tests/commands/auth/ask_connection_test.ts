import { assertEquals } from "@std/assert";
import { askConnection } from "../../../src/commands/auth/ask_connection.ts";
import type { Prompts } from "../../../src/commands/support/prompt.ts";

/** What is noted when this is typed first; then the questions end. */
async function notesOn(typed: string): Promise<string | undefined> {
  const notes: string[] = [];
  const answers = [typed];
  const prompts = {
    note: (text: string) => notes.push(text),
    ask: () => {
      const answer = answers.shift();
      return answer === undefined ? Promise.reject(new Error("end")) : Promise.resolve(answer);
    },
  } as unknown as Prompts;
  await askConnection(prompts, {}, {}, () => Promise.resolve()).catch(() => {});
  return notes.at(-1);
}

Deno.test("a name typed for the id is taken for a name", async () => {
  const expected =
    "That looks like a name; the id looks like 3f6b1c58-…; it is in the page's address.";
  for (const name of ["Lead", "Team Lead"]) assertEquals(await notesOn(name), expected);
  const other = "There is no workspace id, platform URL or token in that.";
  for (const text of ["?!", "a\nb c", "{}"]) assertEquals(await notesOn(text), other);
});
