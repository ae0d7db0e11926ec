/**
 * Parses PowerShell, which is at hand on Windows only, and says where its syntax is wrong. (A grammar
 * knows no command and no parameter: what a script does is tested where there is a PowerShell.)
 *
 * Usage: deno run -A --no-config --lock=scripts/tools/deno.lock --frozen scripts/tools/check_powershell.ts
 * with the script on stdin. Exits with 1 when something is wrong.
 *
 * @module
 */
import { TOOL_PACKAGES } from "./versions.ts";

/** The part of a syntax tree that is looked at. */
interface SyntaxNode {
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly hasError: boolean;
  readonly type: string;
  readonly text: string;
  readonly startPosition: { readonly row: number };
  readonly children: readonly SyntaxNode[];
}

/** What the package exports. */
interface TreeSitter {
  readonly Parser: {
    init(): Promise<void>;
    new (): {
      setLanguage(language: unknown): void;
      parse(text: string): { readonly rootNode: SyntaxNode };
    };
  };
  readonly Language: { load(grammar: Uint8Array): Promise<unknown> };
}

const { Parser, Language }: TreeSitter = (await import(TOOL_PACKAGES.treeSitter)).default;
await Parser.init();
const grammar = import.meta.resolve(`${TOOL_PACKAGES.treeSitter}/wasm/tree-sitter-powershell.wasm`);
const parser = new Parser();
parser.setLanguage(await Language.load(await Deno.readFile(new URL(grammar))));
const script = await new Response(Deno.stdin.readable).text();
const problems = problemsIn(parser.parse(script).rootNode);
for (const problem of problems) console.log(problem);
Deno.exit(problems.length === 0 ? 0 : 1);

function problemsIn(node: SyntaxNode): string[] {
  const line = node.startPosition.row + 1;
  if (node.isMissing) return [`${line}: ${node.type} is missing`];
  if (node.isError) return [`${line}: cannot parse ${JSON.stringify(node.text.slice(0, 60))}`];
  return node.hasError ? node.children.flatMap(problemsIn) : [];
}
