import { fromFileUrl } from "@std/path";
import type { Mutation } from "./mutations.ts";
import { UNIT_FOLDERS } from "./related_tests.ts";

const pathOf = (name: string) => fromFileUrl(new URL(name, import.meta.url));

/** One change of one file. */
export interface Mutant {
  /** Such as `src/auth/token.ts`. */
  readonly path: string;
  readonly line: number;
  /** The whole file as it is. */
  readonly text: string;
  readonly mutation: Mutation;
}

/**
 * All mutants of the core.
 *
 * @param texts the modules of the tree by path
 * @param only folders, files, or lines of files (`src/auth/token.ts:12`); all of the core when empty
 */
export async function mutantsOf(
  texts: ReadonlyMap<string, string>,
  only: readonly string[],
): Promise<Mutant[]> {
  const isCore = (path: string) => {
    const [top, folder = ""] = path.split("/");
    return top === "src" && UNIT_FOLDERS.includes(folder);
  };
  const isChosen = (path: string, line?: number) =>
    only.length === 0 || only.some((place) => {
      const [start, number] = place.split(":");
      return `${path}/`.startsWith(`${start}/`) &&
        (line === undefined || number === undefined || Number(number) === line);
    });
  const paths = [...texts.keys()].filter((path) => isCore(path) && isChosen(path));
  const sources = paths.map((path) => texts.get(path) ?? "");
  const found = await mutationsOf(sources);
  return paths.flatMap((path, at) => {
    const text = sources[at] ?? "";
    return (found[at] ?? []).map((mutation) => {
      const line = text.slice(0, mutation.start).split("\n").length;
      return { path, line, text, mutation };
    });
  }).filter(({ path, line }) => isChosen(path, line));
}

/**
 * The changes of each text. The parser is a tool with its own lock file, so it runs in a separate
 * process.
 *
 * @throws when it cannot be fetched, or a text is no TypeScript
 */
export async function mutationsOf(sources: readonly string[]): Promise<Mutation[][]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-config", `--lock=${pathOf("../tools/deno.lock")}`, "--frozen"],
      pathOf("find.ts"),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(sources)));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot mutate: scripts/mutate/find.ts failed; it says why above");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Where it is and what it changes, in one line. */
export function described(
  { path, line, text, mutation: { start, end, replacement } }: Mutant,
): string {
  const short = (snippet: string) => {
    const flat = snippet.replace(/\s+/g, " ");
    return `\`${flat.length > 60 ? `${flat.slice(0, 57)}...` : flat}\``;
  };
  return `${path}:${line} ${short(text.slice(start, end))} -> ${short(replacement)}`;
}
