import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { PromptCancelled, Prompts } from "../../../src/commands/support/prompt.ts";

/** A terminal whose person types these, each when the program reads; after that, silence. */
class FakeTerminal {
  readonly raw: boolean[] = [];
  shown = "";
  readonly #keys: (string | null)[];
  #silence: ((length: null) => void)[] = [];

  constructor(...keys: (string | null)[]) {
    this.#keys = keys;
  }

  setRaw(isRaw: boolean): void {
    this.raw.push(isRaw);
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    const keys = this.#keys.shift();
    if (keys === undefined) return await new Promise((resolve) => this.#silence.push(resolve));
    if (keys === null) return null;
    return new TextEncoder().encodeInto(keys, buffer).written;
  }

  prompts(signal = new AbortController().signal): Prompts {
    const write = (text: string) => void (this.shown += text);
    return new Prompts({ signal, input: this, write, columns: 40 });
  }

  /** Lets a read that waits end, so that nothing is left of the test. */
  close(): void {
    for (const resolve of this.#silence) resolve(null);
  }
}

const ask = (prompts: Prompts, label = "Name:") =>
  prompts.during(() => prompts.ask({ label, shown: (text) => text }));

Deno.test("a line is asked for, and the terminal is restored", async () => {
  const terminal = new FakeTerminal("Ad", "a\r");
  assertEquals(await ask(terminal.prompts()), "Ada");
  assertEquals(terminal.raw, [true, false]);
  terminal.close();
});

Deno.test("what is not shown is not written", async () => {
  const terminal = new FakeTerminal("sec", "ret\r");
  const prompts = terminal.prompts();
  assertEquals(await prompts.during(() => prompts.ask({ label: "Token:" })), "secret");
  assertEquals(/s|r|t/.test(terminal.shown.replaceAll("Token:", "")), false, terminal.shown);
  terminal.close();
});

Deno.test("what follows Enter at once belongs to the paste", async () => {
  const terminal = new FakeTerminal("{\r", '"a": 1\r', "}\r");
  assertEquals(await ask(terminal.prompts()), '{\n"a": 1\n}');
  terminal.close();
});

Deno.test("a key that comes between two questions is the second one's", async () => {
  const waiting: ((keys: string) => void)[] = [];
  const input = {
    setRaw: () => {},
    read: async (buffer: Uint8Array) => {
      const keys = await new Promise<string>((resolve) => waiting.push(resolve));
      return new TextEncoder().encodeInto(keys, buffer).written;
    },
  };
  const prompts = new Prompts({ signal: new AbortController().signal, input, write: () => {} });
  const first = ask(prompts);
  waiting.shift()?.("one\r");
  assertEquals(await first, "one");
  // The read that looked for more of a paste is still under way, and gets the next key.
  const second = ask(prompts);
  waiting.shift()?.("two\r");
  assertEquals(await second, "two");
});

Deno.test("an unfinished text goes on after Enter", async () => {
  const terminal = new FakeTerminal("{\r", "}\r");
  const read = terminal.read.bind(terminal);
  const pauses = [0, 100]; // Slower than any paste.
  terminal.read = async (buffer) => {
    await new Promise((resolve) => setTimeout(resolve, pauses.shift() ?? 0));
    return await read(buffer);
  };
  const prompts = terminal.prompts();
  const isUnfinished = (text: string) => !text.includes("}");
  assertEquals(
    await prompts.during(() => prompts.ask({ label: "JSON:", isUnfinished })),
    "{\n}",
  );
  terminal.close();
});

Deno.test("the end of input, Ctrl-C and the signal cancel, and the terminal is restored", async () => {
  for (const keys of [null, "\x03", "\x04"]) {
    const terminal = new FakeTerminal(keys);
    await assertRejects(() => ask(terminal.prompts()), PromptCancelled);
    assertEquals(terminal.raw, [true, false]);
    terminal.close();
  }
  const interrupted = new AbortController();
  const terminal = new FakeTerminal("a");
  const asked = ask(terminal.prompts(interrupted.signal));
  interrupted.abort();
  await assertRejects(() => asked, PromptCancelled);
  assertEquals(terminal.raw, [true, false]);
  terminal.close();
});

Deno.test("a failure between questions restores the terminal too", async () => {
  const terminal = new FakeTerminal();
  const prompts = terminal.prompts();
  await assertRejects(() => prompts.during(() => Promise.reject(new RangeError("x"))), RangeError);
  assertEquals(terminal.raw, [true, false]);
  terminal.close();
});

Deno.test("of a long text its end is shown, in one line", async () => {
  const terminal = new FakeTerminal("x".repeat(100), "y\r");
  await ask(terminal.prompts());
  const last = terminal.shown.split("\r").findLast((line) => line.includes("y")) ?? "";
  assertEquals(last.replace("\x1b[K", ""), `Name: ...${"x".repeat(29)}y`);
  terminal.close();
});

Deno.test("a question that leaves no room for the answer has lines of its own", async () => {
  const terminal = new FakeTerminal("x", "y\r");
  const label = "Where is it, and what do people call it:";
  assertEquals(await ask(terminal.prompts(), label), "xy");
  assertEquals(terminal.shown.split("Where is it").length, 2, terminal.shown);
  assertStringIncludes(terminal.shown, "\r\x1b[K> xy\r\n");
  terminal.close();
});

Deno.test("letters that are two columns wide do not run over the line's end", async () => {
  const terminal = new FakeTerminal("\u4f60".repeat(40), "\r");
  await ask(terminal.prompts());
  // 40 columns, of which "Name: " takes 6 and the cursor one.
  assertStringIncludes(terminal.shown, `\x1b[KName: ...${"\u4f60".repeat(15)}\r\n`);
  terminal.close();
});

Deno.test("a token pasted where yes or no is asked for does not show", async () => {
  for (const pieces of [["yDm0sBf7gUa3eRi9oXnVt\r"], ["yDm0sBf7", "gUa3eRi9oXnVt\r"]]) {
    const terminal = new FakeTerminal(...pieces);
    const prompts = terminal.prompts();
    assertEquals(await prompts.during(() => prompts.confirm("Replace it?")), false);
    assertEquals(/Dm0|gUa/.test(terminal.shown), false, terminal.shown);
    assertStringIncludes(terminal.shown, "not shown)");
    terminal.close();
  }
});

Deno.test("controls in what is shown do not reach the terminal", async () => {
  const terminal = new FakeTerminal("\x1b[200~a\x9b31m\tb\u202e\x07\x1b[201~", "\r");
  await ask(terminal.prompts());
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x9b\t\x07\u202e]/.test(terminal.shown), false, JSON.stringify(terminal.shown));
  terminal.close();
});
