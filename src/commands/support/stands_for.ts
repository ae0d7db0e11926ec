import { ownCommand } from "../../cli/own_command.ts";
import { NAME } from "../../cli/own_program.ts";

/** How this program is called in the shell at hand. */
function calledHere(): string {
  return ownCommand("").trim();
}

/** Where the name starts nothing, or another program: a line that says what to type in its place. */
export function standsFor(called = calledHere()): readonly string[] {
  return called === NAME ? [] : ["", `  ${NAME} stands for: ${called}`];
}

/** The same for completions: a shell completes a command by its name alone. */
export function onlyByName(called = calledHere()): readonly string[] {
  return called === NAME ? [] : [`They complete the command ${NAME} only.`];
}
