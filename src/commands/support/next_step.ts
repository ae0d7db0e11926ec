import type { Terminal } from "./terminal.ts";

/** Whether it can be pasted: a sentence begins with a capital letter. */
export function isCommand(next: string): boolean {
  return !/^[A-Z][a-z]/.test(next);
}

/** As a sentence of its own; what ends with a command or a question needs no full stop. */
export function asSentence(next: string): string {
  return isCommand(next) || /[.?!]$|\brun: /.test(next) ? next : `${next}.`;
}

/** The last line of a screen: a command stands alone, so that it is pasted whole. */
export function noteNext(terminal: Terminal, next: string): void {
  terminal.note(isCommand(next) ? `Next:\n  ${next}` : `Next: ${asSentence(next)}`);
}
