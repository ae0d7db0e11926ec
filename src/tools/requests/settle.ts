import { getRequest, isOpenRequest, type PlatformRequest } from "../../platform/api/requests.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import type { ToolContext } from "../support/context.ts";
import { ToolInputError } from "../support/errors.ts";
import { withoutAdvice } from "./failure.ts";
import { partyName } from "./party_name.ts";
import type { RequestTarget } from "./request_source.ts";

/** A call that closes a request. */
export interface Closing {
  /** The tool, which may be called again: a request is closed only once. */
  readonly toolName: string;
  /** The status that it brings. */
  readonly status: string;
  readonly close: () => Promise<void>;
  /** Whether it was this call that closed the request, given that it is in that status. */
  readonly isOurs: (request: PlatformRequest) => boolean;
  /** The request was found closed instead; called before that is thrown. */
  readonly onFound?: (request: PlatformRequest) => Promise<void>;
}

/**
 * Closes a request. When it is not known whether that took, or the platform says that it was closed
 * before, the request is looked at once.
 *
 * @returns whether the platform's answer was lost, and the look showed that it took
 * @throws {ToolInputError} that says what the request is in
 * @throws {PlatformError} for any other failure
 */
export async function closeRequest(
  target: RequestTarget,
  { toolName, status, close, isOurs, onFound }: Closing,
  context: ToolContext,
): Promise<boolean> {
  try {
    await close();
    return false;
  } catch (error) {
    if (!(error instanceof PlatformError) || context.signal.aborted) throw error;
    const isUnsure = error.maybeDelivered;
    if (!isUnsure && error.kind !== "not_found") throw error;
    const request = await look(target, error, context);
    context.router.rememberRequest(request, target.source);
    if (isUnsure && request.status === status && isOurs(request)) return true;
    if (isOpenRequest(request)) {
      throw new ToolInputError(
        `Error: ${
          withoutAdvice(error)
        }. The request ${request.id} is still ${request.status}: call ` +
          `${toolName} again, which can do no harm`,
      );
    }
    await onFound?.(request);
    throw new ToolInputError(
      `Error: the request ${request.id} is closed already: ${
        closedWords(request, context)
      }. Nothing ` +
        "was changed; get_request shows all of it",
    );
  }
}

/** How a request ended, in words. */
export function closedWords(
  { status, responder }: PlatformRequest,
  context: ToolContext,
): string {
  if (responder !== undefined) return `${status} by ${partyName(responder, context)}`;
  return status === "cancelled" ? "cancelled by who raised it, or by the user" : status;
}

async function look(
  { requestId, source }: RequestTarget,
  failure: PlatformError,
  { signal }: ToolContext,
): Promise<PlatformRequest> {
  try {
    return (await getRequest(source.client, requestId, signal)).request;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (!failure.maybeDelivered) throw failure;
    throw new ToolInputError(
      `Error: ${
        withoutAdvice(failure)
      }. It may have taken effect all the same, and looking failed as ` +
        `well (${withoutAdvice(error)}): see with get_request what the request is in`,
    );
  }
}
