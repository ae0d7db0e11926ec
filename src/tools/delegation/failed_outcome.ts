import { errorText } from "../../lib/error_text.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { isPlatformsOwn } from "../../platform/api/own_words.ts";
import type { Outcome } from "./outcome.ts";
import { maybeDelivered } from "./send_task.ts";

/** The outcome of a delegation that threw this error. */
export function failedOutcome(error: unknown): Outcome {
  if (!(error instanceof PlatformError)) {
    return { status: "failed", reason: errorText(error).replace(/^Error: /, "") };
  }
  const delivered = maybeDelivered(error)
    ? ". The task may have been delivered, so do not simply send it again"
    : "";
  const { message, words } = error;
  const hints = `${causeOf(error)}${delivered}`;
  if (words === undefined || isPlatformsOwn(words)) {
    return { status: "failed", reason: `${message}${hints}` };
  }
  // The proxy passes an agent's error on as if it were the platform's own.
  const reason = message.replace(`: ${words}`, () => "");
  return { status: "failed", reason: `${reason}${hints}`, peerWords: words };
}

/** The reference's machine-readable hints (tests/README.md, "Sending to a peer"). */
function causeOf(error: PlatformError): string {
  if (error.kind === "rate_limited") {
    const seconds = error.retryAfterMs === undefined ? "?" : Math.ceil(error.retryAfterMs / 1000);
    return ` (cause=upstream_rate_limited retry_after=${seconds})`;
  }
  if (error.status === 504) return " (cause=upstream_timeout)";
  return error.status === undefined ? "" : ` (status=${error.status} cause=upstream_error)`;
}
