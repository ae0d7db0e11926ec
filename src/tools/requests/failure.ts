import { PlatformError } from "../../platform/errors/platform_error.ts";
import { ToolInputError } from "../support/errors.ts";

/**
 * What to throw when a call failed that must not be repeated blindly: the platform cannot tell a second
 * one from the first.
 *
 * @param advice what may have happened all the same, and what to do first; without a full stop
 */
export function oneAttemptError(error: unknown, advice: string): unknown {
  if (!(error instanceof PlatformError) || !error.maybeDelivered) return error;
  return new ToolInputError(`Error: ${withoutAdvice(error)}. ${advice}`);
}

/** What happened, without the advice to try again where a second try could do something twice. */
export function withoutAdvice({ message }: PlatformError): string {
  return message.replace(/\. Try again[^]*$/, "");
}
