import { walk } from "@std/fs";
import { fromFileUrl, toFileUrl } from "@std/path";

const ROOT = new URL("../", import.meta.url);
/** `import … from "…"` and `export … from "…"`, types included, and `import "…"`. */
const STATIC = /^(?:(?:import|export)\b[^;"'`]*?\bfrom|import)\s+"([^"\n]+)"/gm;
/** The same, without `import type` and `export type`. */
const RUN_TIME = /^(?:(?:import|export)\b(?!\s+type\b)[^;"'`]*?\bfrom|import)\s+"([^"\n]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"\n]+)"/g;

/** One module. */
export interface SourceFile {
  /** Such as `src/auth/token.ts`. */
  readonly path: string;
  readonly text: string;
  /** What it imports at once: paths as above, or bare specifiers. */
  readonly imports: readonly string[];
  /** Those of them that are more than types. */
  readonly runTimeImports: readonly string[];
  /** What it imports when it gets there. */
  readonly laterImports: readonly string[];
}

/** Every module below the folder, by path. */
export async function sourceFiles(folder = "src/"): Promise<ReadonlyMap<string, SourceFile>> {
  const files = new Map<string, SourceFile>();
  for await (const module of walk(fromFileUrl(new URL(folder, ROOT)), { exts: [".ts", ".tsx"] })) {
    const path = toFileUrl(module.path).href.slice(ROOT.href.length);
    const text = await Deno.readTextFile(module.path);
    const imported = (pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, specifier = ""]) => resolved(specifier, path));
    files.set(path, {
      path,
      text,
      imports: imported(STATIC),
      runTimeImports: imported(RUN_TIME),
      laterImports: imported(DYNAMIC),
    });
  }
  return files;
}

/**
 * What these modules import at once, and what that imports, and so on; with themselves.
 *
 * @param kind "runTimeImports" for what is loaded with them
 */
export function closure(
  files: ReadonlyMap<string, SourceFile>,
  starts: readonly string[],
  kind: "imports" | "runTimeImports" = "imports",
): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const imported of files.get(path)?.[kind] ?? []) visit(imported);
  };
  for (const start of starts) visit(start);
  return reached;
}

/**
 * The modules that import each other in a circle: in each list, one imports the next and the last
 * one the first. Imports of types count, and those that are made later.
 */
export function circles(files: ReadonlyMap<string, SourceFile>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path))]);
    if (done.has(path)) return;
    done.add(path);
    const { imports = [], laterImports = [] } = files.get(path) ?? {};
    for (const imported of [...imports, ...laterImports]) visit(imported, [...way, path]);
  };
  for (const path of files.keys()) visit(path, []);
  return found;
}

/** `auth` of `src/auth/token.ts`; the file's own name directly below `src/`. */
export function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function resolved(specifier: string, from: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return new URL(specifier, new URL(from, ROOT)).href.slice(ROOT.href.length);
}
