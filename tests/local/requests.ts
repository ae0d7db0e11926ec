/**
 * Requests as the tests of the local platform raise and answer them.
 *
 * @module
 */
import { assert } from "@std/assert";
import { isObject } from "../../src/local/state/json.ts";
import type { Answer, Caller, Team } from "./support.ts";

/** What is raised unless a test says otherwise. */
export const ASK = { kind: "task", recipient_type: "user", title: "Look" };
/** The id of no request. */
export const NOBODY = "ffffffff-0000-4000-8000-000000000000";

/** The status of an answer, and its error. */
export const said = (
  { status, body }: Answer,
): unknown[] => [status, isObject(body) ? body.error : body];

/** Raises a request, and returns its id. */
export async function raise(caller: Caller, body: object = {}): Promise<string> {
  const answer = await caller.post(`/workspaces/${caller.id}/requests`, { ...ASK, ...body });
  assert(isObject(answer.body) && answer.status === 201, answer.text);
  return String(answer.body.request_id);
}

/** Does something with a request. */
export const act = (caller: Caller, id: string, verb: string, body?: object): Promise<Answer> =>
  caller.post(`/workspaces/${caller.id}/requests/${id}/${verb}`, body);
/** Answers a request. */
export const respond = (caller: Caller, id: string, action = "done"): Promise<Answer> =>
  act(caller, id, "respond", { action });
/** Writes to a request. */
export const write = (caller: Caller, id: string, body = "Why?"): Promise<Answer> =>
  act(caller, id, "messages", { body, author_type: "agent" });
/** Reads a request. */
export const read = (caller: Caller, id: string): Promise<Answer> =>
  caller.get(`/workspaces/${caller.id}/requests/${id}`);
/** Asks the researcher. */
export const toResearcher = (
  { researcher }: Team,
): { recipient_type: string; recipient_id: string } => ({
  recipient_type: "agent",
  recipient_id: researcher.id,
});
