import type { Terminal } from "../support/terminal.ts";

/** What is left for a person to do, said once, at the end of a command. */
export class NextSteps {
  #steps: { readonly text: string; readonly clients: string[] }[] = [];

  /**
   * A step after those before.
   *
   * @param client where to do it: what several clients need alike becomes one line
   */
  add(text: string, client?: string): void {
    const same = this.#steps.find((step) => step.text === text);
    if (!same) this.#steps.push({ text, clients: client === undefined ? [] : [client] });
    else if (client !== undefined) same.clients.push(client);
  }

  /** A step before all others. */
  addFirst(text: string): void {
    this.#steps = [{ text, clients: [] }, ...this.#steps];
  }

  /** Prints them, in the order in which they are to be done. */
  print(terminal: Terminal): void {
    for (const [index, { text, clients }] of this.#steps.entries()) {
      const where = clients.length === 0 ? "" : `, in ${listText(clients)}`;
      terminal.note(`${index === 0 ? "Next" : "Then"}${where}: ${text}`);
    }
  }
}

function listText(names: readonly string[]): string {
  return names.join(", ").replace(/, ([^,]*)$/, " and $1");
}
