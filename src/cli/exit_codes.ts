/** Exit codes (tests/README.md, "Exit codes and the first error"). */
export const EXIT = {
  ok: 0,
  /** A command could not do what it is for: the platform is unreachable, a check failed. */
  failed: 1,
  /** The environment is incomplete or wrong, or the command line is. */
  configuration: 2,
  /** The end of input, and the platform had refused every workspace and never accepted one. */
  refused: 3,
  /** A command was interrupted by Ctrl-C (SIGINT): what shells expect, 128 and the signal's number. */
  interrupted: 130,
} as const;
