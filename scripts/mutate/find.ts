/**
 * Prints the mutations of source texts as JSON: one list for each text of the JSON array on stdin.
 *
 * Usage: deno run --no-config --lock=scripts/tools/deno.lock --frozen scripts/mutate/find.ts
 *
 * @module
 */
import { TOOL_PACKAGES } from "../tools/versions.ts";
import { mutated, type Mutation, mutations, type Node } from "./mutations.ts";

/** What Babel's package exports. */
interface Parser {
  parse(text: string, options: Record<string, unknown>): { readonly program: Node };
}

if (import.meta.main) {
  const { parse }: Parser = await import(TOOL_PACKAGES.parser);
  const tree = (text: string) =>
    parse(text, { sourceType: "module", plugins: ["typescript"] }).program;
  /** A text that is not a program would count as found by the tests. */
  const isProgram = (text: string) => {
    try {
      return tree(text).type === "Program";
    } catch {
      return false;
    }
  };
  const texts: string[] = await new Response(Deno.stdin.readable).json();
  const found: Mutation[][] = texts.map((text) =>
    mutations(tree(text), text).filter((mutation) => isProgram(mutated(text, mutation)))
  );
  console.log(JSON.stringify(found));
}
