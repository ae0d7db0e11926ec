import { assertEquals } from "@std/assert";
import { Terminal } from "../../../src/commands/support/terminal.ts";

function terminalOf(isTerminal: boolean, columns?: number) {
  let shown = "";
  const output = {
    writeSync: (bytes: Uint8Array) => {
      shown += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    isTerminal: () => isTerminal,
  };
  const read = () => undefined;
  const width = () => columns;
  const streams = { stdout: output, stderr: output, isInputTerminal: false };
  const terminal = new Terminal({ read, ...streams, ...(columns !== undefined && { width }) });
  return { terminal, shown: () => shown };
}

const NAME = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u2066\r\x7f\tend";
const CLEANED = "]0;owned[2J31mgnp\tend";

Deno.test("what a terminal obeys does not reach it, whatever is printed", () => {
  for (const isTerminal of [true, false]) {
    const { terminal, shown } = terminalOf(isTerminal);
    terminal.print(`${NAME}\nnext`);
    terminal.note(NAME);
    assertEquals(shown(), `${CLEANED}\nnext\n${CLEANED}\n`);
  }
});

Deno.test("the program's own colours stay, and only where there is colour", () => {
  const coloured = terminalOf(true);
  const { bold, dim, red, green, yellow } = coloured.terminal.colors;
  const text = [bold, dim, red, green, yellow].map((paint) => paint("x")).join("");
  coloured.terminal.print(text);
  assertEquals(coloured.shown(), `${text}\n`);
  const plain = terminalOf(false);
  plain.terminal.print(text);
  assertEquals(plain.shown(), "xxxxx\n");
});

Deno.test("JSON keeps its data and shows no control", () => {
  const { terminal, shown } = terminalOf(false);
  terminal.json({ name: NAME });
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]/.test(shown()), false, shown());
  assertEquals(JSON.parse(shown()), { name: NAME });
});

Deno.test("results and notes fit the terminal; what is to be pasted is never broken", () => {
  const of = (isTerminal: boolean) => {
    const made = terminalOf(isTerminal, 20);
    made.terminal.print("codex: added molecule in /a/file", "  ");
    made.terminal.note("settings are complete for it");
    made.terminal.step("Next:", "short one");
    made.terminal.step("Next:", "molecule-mcp install codex");
    made.terminal.printAsIs("+ a line of a file, as it stands there");
    return made.shown();
  };
  assertEquals(
    of(true),
    "codex: added\n  molecule in\n  /a/file\nsettings are\ncomplete for it\n" +
      "Next: short one\nNext:\n  molecule-mcp install codex\n" +
      "+ a line of a file, as it stands there\n",
  );
  assertEquals(
    of(false),
    "codex: added molecule in /a/file\nsettings are complete for it\n" +
      "Next: short one\nNext: molecule-mcp install codex\n" +
      "+ a line of a file, as it stands there\n",
  );
});
