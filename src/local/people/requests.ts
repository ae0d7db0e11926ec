/**
 * What people do with requests, as the platform's admin routes have it: they may answer, write to
 * and take back everybody's (src/platform/API.md, "Answer a request").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { addMessage, cancel, respond } from "../requests/answer.ts";
import { fail, noSuchEndpoint } from "../server/http.ts";
import { parseJson } from "../state/json.ts";
import { StoreError } from "../state/store.ts";
import type { CallAnswer } from "./canvas.ts";

/** What the platform calls a person that does not say who it is. */
const SOMEBODY = "human";

/**
 * Closes a request.
 *
 * @param action `done` or `rejected` for a task, `approved` or `rejected` for an approval
 * @returns The platform's answer
 */
export function respondAsPerson(
  platform: PlatformContext,
  requestId: string,
  action: string,
  { responderId = SOMEBODY }: { responderId?: string } = {},
): Promise<CallAnswer> {
  const person = { type: "user", id: responderId } as const;
  return answered(
    platform,
    "failed to respond",
    () =>
      action === ""
        ? fail(400, "invalid request body")
        : respond(platform, requestId, person, action),
  );
}

/** Writes to a request; to an open one that is a question. @returns The platform's answer */
export function messageAsPerson(
  platform: PlatformContext,
  requestId: string,
  body: string,
  { authorId = SOMEBODY }: { authorId?: string } = {},
): Promise<CallAnswer> {
  const person = { type: "user", id: authorId } as const;
  return answered(
    platform,
    "failed to add message",
    () =>
      body === ""
        ? fail(400, "invalid request body")
        : addMessage(platform, requestId, person, body),
  );
}

/** Takes a request back for the one who asked. @returns The platform's answer */
export function cancelAsPerson(platform: PlatformContext, requestId: string): Promise<CallAnswer> {
  const person = { type: "user", id: SOMEBODY } as const;
  return answered(platform, "failed to cancel", () => cancel(platform, requestId, person));
}

async function answered(
  platform: PlatformContext,
  storeFailure: string,
  act: () => Response,
): Promise<CallAnswer> {
  const response = isAtLeast(platform.options, "n3")
    ? attempt(storeFailure, act)
    : noSuchEndpoint();
  const text = await response.text();
  return { status: response.status, body: parseJson(text) ?? text };
}

function attempt(storeFailure: string, act: () => Response): Response {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return fail(500, storeFailure);
  }
}
