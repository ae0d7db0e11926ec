import { TokenStore, type TokenStoreOptions } from "../../src/auth/token_store.ts";
import { RepeatedTroubles } from "../../src/safety/repeated_troubles.ts";

/** A store, and the lines that it reports. */
export function storeOf(
  options: Partial<TokenStoreOptions> = {},
): { store: TokenStore; lines: string[] } {
  const lines: string[] = [];
  const troubles = new RepeatedTroubles((line) => lines.push(line));
  const store = new TokenStore({
    inlineName: "MOLECULE_WORKSPACE_TOKEN",
    report: (line) => troubles.tell(line),
    ...options,
  });
  return { store, lines };
}
