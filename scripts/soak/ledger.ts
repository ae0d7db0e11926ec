/** What was sent and what the agent saw of it, over all lives of the program. */
export class Ledger {
  /** Ids of messages by sender, in the order in which they were sent. */
  readonly #sent = new Map<string, string[]>();
  /** By sender, in the order in which they were first handed out. */
  readonly #handed = new Map<string, string[]>();
  readonly #seen = new Set<string>();
  readonly #popped = new Set<string>();
  readonly #again: string[] = [];
  #sentCount = 0;

  get sentCount(): number {
    return this.#sentCount;
  }

  get handedCount(): number {
    return this.#seen.size;
  }

  /** Messages that were handed out after their pop had been answered. */
  get again(): readonly string[] {
    return this.#again;
  }

  /** @returns the text to send, which names its sender and its number */
  send(sender: string): string {
    const text = `${sender}:${this.#sentCount++}`;
    listOf(this.#sent, sender).push(text);
    return text;
  }

  /** The agent was given the message. */
  hand(text: string): void {
    if (this.#popped.has(text)) this.#again.push(text);
    if (this.#seen.has(text)) return;
    this.#seen.add(text);
    listOf(this.#handed, text.slice(0, text.indexOf(":"))).push(text);
  }

  /** The message's pop was answered. */
  pop(text: string): void {
    this.#popped.add(text);
  }

  /** Messages that were never handed out. */
  lost(): string[] {
    return [...this.#sent.values()].flat().filter((text) => !this.#seen.has(text));
  }

  /** Senders whose messages did not come in the order in which they were sent. */
  outOfOrder(): string[] {
    return [...this.#handed].flatMap(([sender, handed]) => {
      const expected = listOf(this.#sent, sender).filter((text) => this.#seen.has(text));
      return handed.every((text, index) => text === expected[index]) ? [] : [sender];
    });
  }
}

function listOf(lists: Map<string, string[]>, name: string): string[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
