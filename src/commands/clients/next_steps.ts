import { partsOf } from "../support/next_step.ts";
import type { Terminal } from "../support/terminal.ts";

/** What is left to do: to paste, with what for where that has to be said; or one sentence. */
type Step =
  | { readonly command: string; readonly purpose: string; readonly lead?: string }
  | { readonly sentence: string; readonly clients: string[] };

/** What is left for a person to do, said once, at the end of a command. */
export class NextSteps {
  #steps: Step[] = [];
  readonly #optional: { readonly purpose: string; readonly command: string }[] = [];

  /**
   * A step after those before.
   *
   * @param client where to do it: what several clients need alike becomes one line
   */
  add(sentence: string, client: string): void {
    const same = this.#steps.find((step) => "sentence" in step && step.sentence === sentence);
    if (same && "clients" in same) same.clients.push(client);
    else this.#steps.push({ sentence, clients: [client] });
  }

  /** @param purpose as in `, to see it`; what to paste needs none as a rule */
  addCommand(command: string, purpose = ""): void {
    if (this.#steps.some((step) => "command" in step && step.command === command)) return;
    this.#steps.push({ command, purpose });
  }

  /** What may be done besides: said before the steps, so that those come last. */
  addOptional(optional: { readonly purpose: string; readonly command: string }): void {
    this.#optional.push(optional);
  }

  /** A step before all others: a command, or a sentence. */
  addFirst(text: string): void {
    const { lead, command } = partsOf(text);
    const step = command === undefined
      ? { sentence: lead ?? "", clients: [] }
      : { command, purpose: "", ...(lead !== undefined && { lead }) };
    this.#steps = [step, ...this.#steps];
  }

  /** Prints them, in the order in which they are to be done. */
  print(terminal: Terminal): void {
    for (const { purpose, command } of this.#optional) {
      terminal.step(`Optional: ${purpose}`, command);
    }
    for (const [index, step] of this.#steps.entries()) {
      const word = index === 0 ? "Next" : "Then";
      if ("command" in step) {
        const { lead = "", purpose, command } = step;
        terminal.step(`${word}${purpose}: ${lead}`.trimEnd(), command);
      } else {
        const where = step.clients.length === 0 ? "" : `, in ${listText(step.clients)}`;
        terminal.note(`${word}${where}: ${step.sentence}`);
      }
    }
  }
}

function listText(names: readonly string[]): string {
  return names.join(", ").replace(/, ([^,]*)$/, " and $1");
}
