import { isCommand } from "../support/next_step.ts";
import type { Terminal } from "../support/terminal.ts";
import { columnsOf, wrap } from "../support/wrap.ts";
import { AREAS, type Finding } from "./finding.ts";
import type { Diagnosis } from "./diagnose.ts";

const AREA_WIDTH = Math.max(...AREAS.map((area) => area.length));
/** Before what belongs to the line above. */
const HANGING = "  ";
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
  terminal.print(wrap(`First: ${area}: ${text}.`, terminal.width, HANGING));
  if (next === undefined) return;
  terminal.print(
    isCommand(next) ? `  ${next}` : HANGING + wrap(next, terminal.width, HANGING, HANGING.length),
  );
}

function lineOf(terminal: Terminal, { mark, area, text, next }: Finding): string {
  const shownMark = terminal.mark(mark);
  const before = `${shownMark} ${area.padEnd(AREA_WIDTH)} `;
  const taken = columnsOf(before);
  const indent = " ".repeat(taken);
  const { width } = terminal;
  const said = next === undefined ? text : `${text}.`;
  const advice = next === undefined ? "" : `Next: ${next}`;
  if (width === undefined || width < NARROWEST) return `${before}${said} ${advice}`.trimEnd();
  if (next === undefined || !isCommand(next)) {
    return before + wrap(`${said} ${advice}`.trimEnd(), width, indent, taken);
  }
  const lines = before + wrap(said, width, indent, taken);
  // A command that is broken cannot be pasted.
  const last = lines.slice(lines.lastIndexOf("\n") + 1);
  return columnsOf(last) + 1 + advice.length <= width
    ? `${lines} ${advice}`
    : `${lines}\n${indent}${advice}`;
}
