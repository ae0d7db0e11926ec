/** Wrong arguments, or a call that cannot be done: shown to the agent with what to change. */
export class ToolInputError extends Error {
  override readonly name = "ToolInputError";
}

/** A call that was cancelled by the client: nobody reads its result. */
export class CallCancelledError extends Error {
  override readonly name = "CallCancelledError";
}
