/** How the client is to find out which protocol the server speaks. */
export type Mode = "auto" | "legacy" | { readonly pin: string };

/** What a client is to do: start a server and make calls. */
export interface ClientJob {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How the SDK's v2 client finds out which protocol the server speaks; default: as it comes. */
  readonly mode?: Mode;
  readonly calls: readonly (readonly [tool: string, args: Record<string, unknown>])[];
}

/** How a call ended for the client. */
export interface CallOutcome {
  readonly name: string;
  /** False: the client gave up, or had an error in the place of a result. */
  readonly answered: boolean;
  readonly text: string;
}
