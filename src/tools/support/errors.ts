/**
 * Wrong arguments, or a call that cannot be carried out; the text tells the agent what to change.
 */
export class ToolInputError extends Error {
  override readonly name = "ToolInputError";
}

/** The client cancelled the call: nobody reads its result. */
export class CallCancelledError extends Error {
  override readonly name = "CallCancelledError";
}
