import { systemReason } from "../../lib/system_error.ts";
import { connectionTrouble, isCertificateSetting } from "./connection_trouble.ts";
import { PlatformError } from "./platform_error.ts";
import { ReplyTooLargeError } from "../client/read_text.ts";

/** What is known about a call that ended without a usable answer. */
export interface TransportContext {
  readonly origin: string;
  /** Set when the call's own timeout fired. */
  readonly timedOutAfterMs: number | undefined;
  /** The caller's signal fired. */
  readonly cancelled: boolean;
}

/**
 * Whether `fetch` or the reading of its body throws such an error. Anything else comes from who
 * uses what was read, a full disk for instance, and says nothing about the platform.
 */
export function isTransportError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof DOMException ||
    error instanceof ReplyTooLargeError || error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.Http || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted || error instanceof Deno.errors.TimedOut ||
    error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.UnexpectedEof ||
    isCertificateSetting(error);
}

/** Maps what `fetch` or reading its body threw to a PlatformError. */
export function transportError(error: unknown, context: TransportContext): PlatformError {
  const { origin } = context;
  if (context.cancelled) {
    return new PlatformError("cancelled", `The call to ${origin} was cancelled`, {
      maybeDelivered: true,
      cause: error,
    });
  }
  if (context.timedOutAfterMs !== undefined) {
    return new PlatformError(
      "timed_out",
      `${origin} did not answer within ${context.timedOutAfterMs / 1000} s. ` +
        "Try again; if it keeps happening, check the platform's status and the network",
      { maybeDelivered: true, cause: error },
    );
  }
  if (error instanceof ReplyTooLargeError) {
    return new PlatformError("malformed", `${origin} sent an answer ${error.message}`, {
      maybeDelivered: true,
      cause: error,
    });
  }
  if (error instanceof Deno.errors.NotCapable) {
    const { host } = new URL(origin);
    return new PlatformError(
      "unreachable",
      `Deno was started without permission to reach ${host}: add --allow-net=${host}`,
      { maybeDelivered: false, cause: error },
    );
  }
  const reason = reasonChain(error);
  const neverConnected = /client error \(Connect\)|Requests to port \d+ are blocked/.test(reason) ||
    isCertificateSetting(error);
  return new PlatformError(
    "unreachable",
    neverConnected
      ? `Cannot reach ${origin}: ${
        connectionTrouble(error, reason) ??
          `${lastCause(reason)}. Check PLATFORM_URL and the network`
      }`
      : `The connection to ${origin} broke before the answer was complete: ${
        systemReason(error) ?? lastCause(reason)
      }${speaksOtherwise(origin, reason)}`,
    { maybeDelivered: !neverConnected, cause: error },
  );
}

/** An https port answers plain http with bytes that are not HTTP. */
function speaksOtherwise(origin: string, reason: string): string {
  return origin.startsWith("http:") && /invalid HTTP version parsed/.test(reason)
    ? ". What answers there does not speak plain http; if it is an https port, use https:// in " +
      "PLATFORM_URL"
    : "";
}

/** The messages of an error and its causes: where the reason stands depends on Deno's version. */
export function reasonChain(error: unknown): string {
  const messages: string[] = [];
  for (let e = error; e instanceof Error && messages.length < 5; e = e.cause) {
    messages.push(e.message);
  }
  return messages.join(": ");
}

/** What follows Deno's "error sending request …: client error (…): ", each cause once. */
function lastCause(reason: string): string {
  const told = /client error \([A-Za-z]+\): (.+)$/.exec(reason)?.[1] ??
    reason.replace(/^fetch failed: /, "");
  const causes = told.split(": ");
  return causes.filter((cause, index) => causes.indexOf(cause) === index).join(": ");
}
