import type { ReadVariable } from "../../config/environment.ts";
import type { Terminal } from "./terminal.ts";
import type { Arguments, Usage } from "./usage.ts";

/** What a command may use of the world around it. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Reads a variable of ENVIRONMENT or COMMAND_ENVIRONMENT. */
  readonly read: ReadVariable;
  /** `--profile`. */
  readonly profile?: string;
  /** Fires at Ctrl-C, after which a command leaves everything as it was. */
  readonly signal: AbortSignal;
}

/** A command, loaded when it is typed. */
export interface Command {
  readonly usage: Usage;
  /** Whether Ctrl-C is how it is told that it is enough, which is no interruption. */
  readonly endsAtInterrupt?: boolean;
  /** @returns the exit code */
  run(args: Arguments, context: CommandContext): Promise<number>;
}
