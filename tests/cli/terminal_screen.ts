/** What the program may send to a terminal beside text: other codes change nothing that is read. */
// deno-lint-ignore no-control-regex
const CODE = /\x1b\[([?\d;]*)([A-Za-z])/y;

/**
 * The lines that a terminal shows after all this, those above its upper edge too. A line that the
 * terminal broke at its edge is one line, as it is when somebody copies it; trailing blanks are
 * dropped.
 *
 * @param columns every sign is taken for one column wide
 */
export function screenOf(shown: string, columns: number): string {
  const rows: string[][] = [[]];
  const isContinued: boolean[] = [false];
  let row = 0;
  let column = 0;
  const next = (continued: boolean) => {
    row++;
    if (row === rows.length) {
      rows.push([]);
      isContinued.push(continued);
    }
  };
  for (let at = 0; at < shown.length;) {
    CODE.lastIndex = at;
    const code = CODE.exec(shown);
    if (code) {
      if (code[2] === "K") rows[row]?.splice(column);
      at = CODE.lastIndex;
      continue;
    }
    const sign = String.fromCodePoint(shown.codePointAt(at) ?? 0);
    at += sign.length;
    if (sign === "\r") column = 0;
    else if (sign === "\n") next(false);
    else {
      if (column === columns) {
        next(true);
        column = 0;
      }
      const cells = rows[row];
      if (cells) {
        while (cells.length < column) cells.push(" ");
        cells[column++] = sign;
      }
    }
  }
  const lines = rows.reduce<string[]>((lines, cells, index) => {
    const text = cells.join("");
    return isContinued[index]
      ? [...lines.slice(0, -1), `${lines.at(-1) ?? ""}${text}`]
      : [...lines, text];
  }, []);
  return `${lines.map((line) => line.trimEnd()).join("\n").trimEnd()}\n`;
}
