import type { Terminal } from "../support/terminal.ts";
import { AREAS, type Finding } from "./finding.ts";
import type { Diagnosis } from "./diagnose.ts";

const AREA_WIDTH = Math.max(...AREAS.map((area) => area.length));
/** Narrower than this, indentation leaves no room. */
const NARROWEST = 50;

/** The list, one line each, and where to begin. */
export function printDiagnosis(terminal: Terminal, { findings, first }: Diagnosis): void {
  for (const finding of findings) terminal.print(lineOf(terminal, finding));
  if (!first) {
    terminal.print("Nothing is wrong.");
    return;
  }
  const { text, next, area } = first;
  terminal.print(wrapped(`First: ${area}: ${text}.`, 2, terminal.width));
  if (next === undefined) return;
  terminal.print(isCommand(next) ? `  ${next}` : `  ${wrapped(next, 2, terminal.width, 2)}`);
}

function lineOf(terminal: Terminal, { mark, area, text, next }: Finding): string {
  const shownMark = terminal.mark(mark);
  // Colours take no room.
  const markWidth = mark.length === 0 ? 0 : visible(shownMark);
  const before = `${shownMark} ${area.padEnd(AREA_WIDTH)} `;
  const indent = markWidth + AREA_WIDTH + 2;
  const { width } = terminal;
  const said = next === undefined ? text : `${text}.`;
  const advice = next === undefined ? "" : `Next: ${next}`;
  if (width === undefined || width < NARROWEST) return `${before}${said} ${advice}`.trimEnd();
  if (next === undefined || !isCommand(next)) {
    return before + wrapped(`${said} ${advice}`.trimEnd(), indent, width, indent);
  }
  const lines = before + wrapped(said, indent, width, indent);
  // A command that is broken cannot be pasted.
  const last = lines.slice(lines.lastIndexOf("\n") + 1);
  return visible(last) + 1 + advice.length <= width
    ? `${lines} ${advice}`
    : `${lines}\n${" ".repeat(indent)}${advice}`;
}

/** A sentence begins with a capital letter. */
function isCommand(next: string): boolean {
  return !/^[A-Z][a-z]/.test(next);
}

/** Escape sequences of colours, which the terminal's own marks have. */
function visible(text: string): number {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[0-9;]*m/g, "").length;
}

/**
 * Breaks a text between its words so that it fits.
 *
 * @param indent before each line but the first
 * @param taken how much of the first line is taken
 */
function wrapped(text: string, indent: number, width: number | undefined, taken = 0): string {
  if (width === undefined) return text;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const room = width - (lines.length === 0 ? taken : indent);
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.join(`\n${" ".repeat(indent)}`);
}
