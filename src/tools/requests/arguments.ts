import type * as z from "zod/mini";
import { canonicalPeerId } from "../../config/workspace_id.ts";
import { isOpenRequest } from "../../platform/api/requests.ts";
import { optionalString, requiredString } from "../support/arguments.ts";
import { ToolInputError } from "../support/errors.ts";

/** The platform's other client calls the acting workspace so. */
export const REQUEST_ALIASES = { workspace_id: "source_workspace_id" } as const;

/** The `request_id` of a tool; read with `parseRequestId`. */
export const requestIdArgument = requiredString("The request's id.");

/** The `source_workspace_id` of these tools, in few words: the list of tools has them eight times. */
export const requestSourceArgument: z.ZodMiniOptional<z.ZodMiniString> = optionalString(
  "Your acting workspace.",
);

/** What a request can be in. */
const STATUSES = ["pending", "info_requested", "done", "approved", "rejected", "cancelled"];
/** The two in which it waits for an answer. */
const OPEN = "open";

/**
 * The request's id, as the platform takes it: it answers anything but a UUID with an internal error.
 *
 * @throws {ToolInputError}
 */
export function parseRequestId(value: string): string {
  if (value.trim() === "") throw new ToolInputError("Error: request_id is required");
  const id = canonicalPeerId(value);
  if (id !== undefined) return id;
  throw new ToolInputError(
    "Error: request_id must be a UUID, as shown by check_requests and list_inbox",
  );
}

/**
 * The statuses that a list is asked for; none means all.
 *
 * @throws {ToolInputError} for one that the platform would answer with an empty list
 */
export function parseStatuses(value = ""): readonly string[] {
  const status = value.trim().toLowerCase();
  if (status === "") return [];
  if (status === OPEN) return STATUSES.filter((each) => isOpenRequest({ status: each }));
  if (STATUSES.includes(status)) return [status];
  throw new ToolInputError(
    `Error: status must be ${OPEN}, ${STATUSES.slice(0, -1).join(", ")} or ${
      STATUSES.at(-1)
    }; leave it out for all`,
  );
}

/**
 * A text that is sent with a request, trimmed. The platform's database takes no NUL.
 *
 * @throws {ToolInputError} when nothing is left
 */
export function parseText(name: string, value: string): string {
  const text = sendable(value);
  if (text === "") throw new ToolInputError(`Error: ${name} is required`);
  return text;
}

/** The same for what may be left out. */
export function parseOptionalText(value: string | undefined): string | undefined {
  return sendable(value ?? "") || undefined;
}

function sendable(text: string): string {
  return text.replaceAll("\0", "").trim();
}
