import type { CommandContext } from "./command.ts";

/**
 * Whether the platform accepts the configured token.
 *
 * @returns one line for people; undefined where nothing can be said
 */
export function checkToken(_context: CommandContext): Promise<string | undefined> {
  return Promise.resolve(undefined); // The check of `auth login` goes here.
}
