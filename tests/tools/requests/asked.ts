import { assert } from "@std/assert";
import type { JsonObject } from "../../../src/lib/json.ts";
import { field, textField } from "../../../src/lib/json.ts";
import type { CreatedWorkspace, LocalPlatform } from "../../../src/local/start.ts";
import type { Agent } from "../agent.ts";

/** A workspace on a platform: of another agent, or of the one that is tested. */
interface Side {
  readonly platform: LocalPlatform;
  readonly by: CreatedWorkspace;
}

/** Makes a call as a workspace does it, and takes it off the list of what was received. */
export async function callAs({ platform, by }: Side, path: string, body: JsonObject) {
  const response = await fetch(`${platform.url}/workspaces/${by.id}/requests${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${by.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  assert(response.ok, JSON.stringify(answer));
  platform.clearRequests();
  return answer;
}

/** A peer asks a workspace for something; returns the request's id. */
export async function asks(
  side: Side,
  recipient: { readonly id: string },
  request: JsonObject = {},
): Promise<string> {
  const answer = await callAs(side, "", {
    kind: "task",
    title: "Count the boats",
    ...request,
    recipient_type: "agent",
    recipient_id: recipient.id,
  });
  return textField(answer, "request_id") ?? "";
}

/** A peer writes to a request. */
export async function writes(side: Side, requestId: string, body: string): Promise<void> {
  await callAs(side, `/${requestId}/messages`, { body, author_type: "agent" });
}

/** The agent raises a request to the user; returns its id. */
export async function raised(agent: Agent, args: JsonObject = {}): Promise<string> {
  const request = { kind: "task", title: "Review the draft", ...args };
  const { structured } = await agent.ok("create_request", request);
  return String(structured?.request_id);
}

/** The paths and bodies of what was received that changes something. */
export function changes({ requests }: LocalPlatform): [string, unknown][] {
  return requests.filter(({ method }) => method === "POST")
    .map(({ path, body }) => [path, JSON.parse(body || "null")]);
}

/** A field of each request in a list's result. */
export function listed(structured: unknown, name: string): unknown[] {
  const requests = field(structured, "requests");
  assert(Array.isArray(requests));
  return requests.map((request) => field(request, name));
}
