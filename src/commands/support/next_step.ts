import type { Terminal } from "./terminal.ts";

/** Whether it can be pasted: a sentence begins with a capital letter. */
export function isCommand(next: string): boolean {
  return !/^[A-Z][a-z]/.test(next);
}

/** A step, as it is shown: a command stands on a line of its own, so that it can be pasted. */
export interface StepParts {
  /** What to do before; undefined where the command is all. */
  readonly lead?: string;
  readonly command?: string;
}

/**
 * A step in which something is to be done before the command.
 *
 * @param lead the beginning of the sentence, with its last `then` or `and`
 */
export function leadTo(lead: string, command: string): string {
  return `${lead} run: ${command}`;
}

/** What is to be said, and what is to be pasted. */
export function partsOf(next: string): StepParts {
  if (isCommand(next)) return { command: next };
  const [, lead, command] = /^(.*?\brun:) (.+)$/s.exec(next) ?? [];
  return lead !== undefined && command !== undefined
    ? { lead, command }
    : { lead: asSentence(next) };
}

/** As a sentence of its own; what ends with a command or a question needs no full stop. */
export function asSentence(next: string): string {
  return isCommand(next) || /[.?!]$|\brun: /.test(next) ? next : `${next}.`;
}

/** The last line of a screen: a command stands alone, so that it is pasted whole. */
export function noteNext(terminal: Terminal, next: string): void {
  const { lead, command } = partsOf(next);
  terminal.note(
    [`Next:${lead === undefined ? "" : ` ${lead}`}`, command].filter((line) => line !== undefined)
      .join("\n  "),
  );
}
