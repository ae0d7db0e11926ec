/**
 * The text form of a transcript: what is typed, and everything that comes of it
 * (tests/README.md, "Transcripts"). Here it is read and written; transcript_run.ts plays it.
 *
 * @module
 */

/** What a line makes true before the next command, e.g. `env NO_COLOR=1`. */
export interface Arrangement {
  readonly kind: "arrangement";
  /** As written. */
  readonly line: string;
  readonly words: readonly string[];
  /** The lines that begin with `|` below it; undefined when there are none. */
  readonly block?: string;
}

/** A command line and what came of it. */
export interface Step {
  readonly kind: "step";
  /** Without the `$ `. */
  readonly command: string;
  readonly expected: Outcome;
}

/** What came of a command, with placeholders for what differs from run to run. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** Files that the transcript shows afterwards. */
  readonly files: readonly ShownFile[];
}

/** A file after a command. */
export interface ShownFile {
  /** With placeholders, e.g. `{home}/.molecule-workspace/settings.json`. */
  readonly path: string;
  /** As in `0600`; undefined when it is not there. */
  readonly mode?: string;
  readonly content?: string;
}

/** Comments and blank lines stay as they are. */
export type Item = Arrangement | Step | { readonly kind: "comment"; readonly line: string };

const NO_NEWLINE = "(no newline at the end)";
/** A file after a command: `shows PATH MODE` (the content follows) or `absent PATH`. */
const SHOWN = /^(shows|absent) (\S+)(?: (\S+))?$/;
/** Stands in the expected output for anything within a line. */
const ANYTHING = "{*}";

/** Reads a transcript. @throws {SyntaxError} with the number of the line */
export function parseTranscript(text: string): Item[] {
  const lines = text.replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n");
  const items: Item[] = [];
  let at = 0;
  const block = (sign: string): string | undefined => {
    const from = at;
    while (lines[at]?.startsWith(sign)) at++;
    return from === at ? undefined : unprefixed(lines.slice(from, at));
  };
  while (at < lines.length) {
    const line = lines[at++] ?? "";
    if (line === "" || line.startsWith("#")) items.push({ kind: "comment", line });
    else if (!line.startsWith("$ ")) {
      items.push({ kind: "arrangement", line, words: line.split(" "), block: block("|") });
    } else {
      const stdout = block(">") ?? "";
      const stderr = block("!") ?? "";
      const code = /^exit (\d+)$/.exec(lines[at] ?? "")?.[1];
      if (code === undefined) throw new SyntaxError(`line ${at + 1}: expected "exit <code>"`);
      at++;
      const files: ShownFile[] = [];
      for (let shown; (shown = SHOWN.exec(lines[at] ?? ""));) {
        at++;
        const [, word, path = "", mode = ""] = shown;
        files.push(word === "absent" ? { path } : { path, mode, content: block("|") ?? "" });
      }
      const command = line.slice(2);
      items.push({
        kind: "step",
        command,
        expected: { stdout, stderr, code: Number(code), files },
      });
    }
  }
  return items;
}

/** Writes a transcript: what `parseTranscript` reads. */
export function formatTranscript(items: readonly Item[]): string {
  return items.map((item) => {
    switch (item.kind) {
      case "comment":
        return `${item.line}\n`;
      case "arrangement":
        return `${item.line}\n${prefixed("|", item.block ?? "")}`;
      case "step":
        return `$ ${item.command}\n${formatOutcome(item.expected)}`;
    }
  }).join("");
}

/** The lines below a command. */
export function formatOutcome({ stdout, stderr, code, files }: Outcome): string {
  const shown = files.map(({ path, mode, content = "" }) =>
    mode === undefined ? `absent ${path}\n` : `shows ${path} ${mode}\n${prefixed("|", content)}`
  );
  return [prefixed(">", stdout), prefixed("!", stderr), `exit ${code}\n`, ...shown].join("");
}

/** What came, with the expected line wherever that matches: its `{*}` stand for anything. */
export function withWildcards(actual: Outcome, expected: Outcome): Outcome {
  return {
    code: actual.code,
    stdout: kept(actual.stdout, expected.stdout),
    stderr: kept(actual.stderr, expected.stderr),
    files: actual.files.map((file, index) => {
      const { content, mode } = expected.files[index] ?? {};
      return {
        ...file,
        ...(file.mode !== undefined && mode === "*" && { mode }),
        ...(file.content !== undefined && { content: kept(file.content, content ?? "") }),
      };
    }),
  };
}

function kept(actual: string, expected: string): string {
  const wanted = expected.split("\n");
  return actual.split("\n").map((line, index) => {
    const pattern = wanted[index] ?? "";
    const parts = pattern.split(ANYTHING);
    const matches = new RegExp(`^${parts.map(RegExp.escape).join(".*")}$`).test(line);
    return parts.length > 1 && matches ? pattern : line;
  }).join("\n");
}

function prefixed(sign: string, text: string): string {
  if (text === "") return "";
  const isWhole = text.endsWith("\n");
  const lines = (isWhole ? text.slice(0, -1) : text).split("\n");
  return [...lines, ...(isWhole ? [] : [NO_NEWLINE])]
    .map((line) => line === "" ? `${sign}\n` : `${sign} ${line}\n`).join("");
}

function unprefixed(lines: readonly string[]): string {
  const texts = lines.map((line) => line.slice(2));
  return texts.at(-1) === NO_NEWLINE ? texts.slice(0, -1).join("\n") : `${texts.join("\n")}\n`;
}

/** Splits a command line at its spaces; quotes of both kinds hold a word together. */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    words.push(word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
  }
  return words;
}
