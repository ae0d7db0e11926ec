import { partsOf } from "../support/next_step.ts";
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
  const { lead, command } = partsOf(next);
  if (lead !== undefined) {
    terminal.print(HANGING + wrap(lead, terminal.width, HANGING, HANGING.length));
  }
  if (command !== undefined) terminal.print(`  ${command}`);
}

function lineOf(terminal: Terminal, { mark, area, text, next }: Finding): string {
  const shownMark = terminal.mark(mark);
  const before = `${shownMark} ${area.padEnd(AREA_WIDTH)} `;
  const taken = columnsOf(before);
  const indent = " ".repeat(taken);
  const { width } = terminal;
  const said = next === undefined ? text : `${text}.`;
  const { lead, command } = next === undefined ? {} : partsOf(next);
  const advice = next === undefined ? "" : `Next: ${next}`;
  if (width === undefined || width < NARROWEST) return `${before}${said} ${advice}`.trimEnd();
  if (command === undefined) {
    return before + wrap(`${said} ${advice}`.trimEnd(), width, indent, taken);
  }
  // A command that is broken cannot be pasted.
  const [told, pasted] = lead === undefined ? [said, advice] : [`${said} Next: ${lead}`, command];
  const lines = before + wrap(told, width, indent, taken);
  const last = lines.slice(lines.lastIndexOf("\n") + 1);
  return columnsOf(last) + 1 + pasted.length <= width
    ? `${lines} ${pasted}`
    : `${lines}\n${indent}${pasted}`;
}
