import type { ReadVariable } from "../config/environment.ts";
import { ENVIRONMENT } from "../config/environment.ts";
import { invalid, type Problem } from "../config/problem.ts";

/**
 * Reads the environment without ever prompting or throwing. A variable that cannot be read counts
 * as unset.
 *
 * @returns `read`; and what `read` has come across so far: `denied`, the flag to start Deno with
 * when it was not allowed to see a variable, and `garbled`, the variables that are not valid text
 */
export function readEnvironment(): {
  read: ReadVariable;
  denied: () => readonly Problem[];
  garbled: () => readonly Problem[];
} {
  const refused = new Set<string>();
  const undecodable = new Set<string>();
  return {
    read: (name) => {
      try {
        return Deno.env.get(name);
      } catch (error) {
        if (error instanceof Deno.errors.NotCapable) refused.add(name);
        else if (error instanceof Deno.errors.InvalidData) undecodable.add(name);
        else throw error;
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
    garbled: () => [...undecodable].map((name) => invalid(name, "its value is not valid UTF-8")),
  };
}

/**
 * Gives up the permission to read the environment. It holds the token and, as passed on by a
 * client, often other services' keys: once the settings are read, nothing in this program, packages
 * included, has any business with it.
 *
 * @returns a line for the user if the environment can still be read
 */
export function closeEnvironment(): readonly string[] {
  Deno.permissions.revokeSync({ name: "env" });
  if (!isEnvironmentOpen()) return [];
  return [
    `The environment remains readable to this program: Deno ${Deno.version.deno} did not drop ` +
    "the permission. Please report it",
  ];
}

/** Whether any of the variables known to this program can be read. */
export function isEnvironmentOpen(): boolean {
  return ENVIRONMENT.some(({ name }) =>
    Deno.permissions.querySync({ name: "env", variable: name }).state === "granted"
  );
}
