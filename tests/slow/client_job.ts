/** What a client is to do: start a server and make calls. */
export interface ClientJob {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly calls: readonly (readonly [tool: string, args: Record<string, unknown>])[];
}

/** How a call ended for the client. */
export interface CallOutcome {
  readonly name: string;
  /** False: the client gave up, or had an error in the place of a result. */
  readonly answered: boolean;
  readonly text: string;
}
