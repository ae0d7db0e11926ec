import type { PlatformCaller, PlatformReply } from "../client/call.ts";
import { PlatformError } from "./platform_error.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";

/**
 * An answer of success that is not what the API promises, such as the page of a web server.
 *
 * @param expected what was promised, with its article
 */
export function malformed(
  { workspace }: Pick<PlatformCaller, "workspace">,
  expected: string,
  got: unknown,
): PlatformError {
  const kind = got === undefined
    ? "no JSON, or far more of it than any real answer holds"
    : got === null
    ? "null"
    : Array.isArray(got)
    ? "a list"
    : `a JSON ${typeof got}`;
  return new PlatformError(
    "malformed",
    `${workspace.origin} sent an answer that is not ${expected} (it is ${kind}). ` +
      "Check that PLATFORM_URL is the platform's address and not that of a web page or proxy",
    { maybeDelivered: true, body: got },
  );
}

/**
 * The answer as the JSON object that it must be.
 *
 * @param expected what was promised, with its article
 * @throws {PlatformError} kind `malformed`
 */
export function objectOf(
  caller: Pick<PlatformCaller, "workspace">,
  reply: PlatformReply,
  expected: string,
): JsonObject {
  if (!isObject(reply.json)) throw malformed(caller, expected, reply.json);
  return reply.json;
}
