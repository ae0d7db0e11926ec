import type { ReadVariable } from "../config/environment.ts";
import { ENVIRONMENT } from "../config/environment.ts";
import { invalid, type Problem } from "../config/problem.ts";

/**
 * Reads the environment without ever prompting or throwing: a variable that Deno was not allowed
 * to see counts as unset, and `denied` says which flag is missing.
 */
export function readEnvironment(): { read: ReadVariable; denied: () => readonly Problem[] } {
  const refused = new Set<string>();
  return {
    read: (name) => {
      try {
        return Deno.env.get(name);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotCapable)) throw error;
        refused.add(name);
        return undefined;
      }
    },
    denied: () =>
      refused.size === 0 ? [] : [
        invalid(
          "--allow-env",
          `Deno was started without permission to read ${refused.size} of the settings; run it ` +
            `with --allow-env=${ENVIRONMENT.map(({ name }) => name).join(",")}`,
        ),
      ],
  };
}
