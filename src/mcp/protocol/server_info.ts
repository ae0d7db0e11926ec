import { VERSION } from "../../version.ts";

/** What the server calls itself in the answer to `initialize` and in every stateless result. */
export const SERVER_INFO = {
  name: "molecule",
  title: "Molecule workspace",
  version: VERSION,
} as const;
