/** Exit codes (runtime-behaviour A6). */
export const EXIT = {
  ok: 0,
  /** The environment is incomplete or wrong, or the command line is. */
  configuration: 2,
  /** The platform refused every token of every workspace. */
  refused: 3,
} as const;
