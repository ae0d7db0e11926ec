import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { errorOf } from "../../../src/platform/errors/http_error.ts";
import { decodeJson } from "../../../src/lib/json.ts";

const ORIGIN = "https://acme.example.net";

function messageFor(status: number, body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return errorOf({ status, headers: new Headers(), json: decodeJson(text), text }, ORIGIN).message;
}

/** Bodies of the newest server and what an agent must be able to read from them. */
const CASES: [status: number, body: unknown, told: string][] = [
  [400, { error: "invalid JSON" }, "older platforms take 1 MiB at most"],
  [400, { error: "malformed multipart body" }, "the size of the files together"],
  [400, "Client sent an HTTP request to an HTTPS server.\n", "Write https:// in PLATFORM_URL"],
  [402, { error: "workspace budget limit exceeded" }, "budget is used up; nothing was delivered"],
  [
    402,
    { error: "workspace budget limit exceeded", exceeded_periods: ["daily", "weekly"] },
    "budget is used up (daily, weekly)",
  ],
  [403, { error: "org token not authorized for this workspace's org" }, "another organisation"],
  [
    403,
    { error: "access denied: target workspace is in a different org" },
    "Workspaces of different organisations cannot write to each other",
  ],
  [
    403,
    { error: "access denied: org isolation check failed" },
    "could not tell whether both belong to one organisation; nothing was delivered",
  ],
  [
    403,
    { error: "access denied: workspaces cannot communicate per hierarchy rules" },
    "list_peers shows them",
  ],
  [403, { error: "not a participant" }, "check_requests and list_inbox show"],
  [403, { error: "not the recipient" }, "taken back with cancel_request"],
  [403, { error: "not the requester" }, "answered with respond_request"],
  [
    400,
    { error: "request: invalid action for this request kind" },
    "A task is closed with done or rejected, an approval with approved or rejected",
  ],
  [400, { error: "request: responder cannot be the requester" }, "with cancel_request"],
  [404, { error: "request not found" }, "not found. check_requests and list_inbox show"],
  [
    404,
    { error: "request not found or already resolved" },
    "Either it is closed, or there is none",
  ],
  [403, { error: "tool call failed" }, "This workspace may not delegate"],
  [
    403,
    { error: "source workspace does not match authenticated identity" },
    "The token belongs to another workspace",
  ],
  [403, { error: "only root workspaces can write GLOBAL memories" }, "use TEAM or LOCAL"],
  [
    404,
    "404 page not found",
    "it is older than the feature, or PLATFORM_URL has a path that is not",
  ],
  [409, { error: "the platform agent must be at the root" }, "check WORKSPACE_ID"],
  [
    413,
    {
      error: "request body exceeds 16777216 byte limit: A2A body exceeds size limit",
      truncated: true,
      max_bytes: 16777216,
    },
    "over the platform's limit of 16 MiB",
  ],
  [
    413,
    { error: "file exceeds per-file cap", filename: "a.bin", size: 30_000_000, max: 26214400 },
    "over the platform's limit of 25 MiB",
  ],
  [500, { error: "could not stage files" }, "an empty file"],
  [
    503,
    { error: "memory plugin is not configured (set MEMORY_PLUGIN_URL)" },
    "This platform keeps no memories",
  ],
  [
    503,
    { error: "platform datastore unavailable — retry shortly", code: "platform_unavailable" },
    "the token is not at fault",
  ],
  [503, { error: "cannot verify workspace credentials", detail: "x" }, "the token is not at fault"],
  [503, { error: "workspace has no URL", status: "removed" }, "nothing was delivered"],
  [
    503,
    {
      error: "workspace re-registering — please retry in 30 seconds",
      detail: "x",
      retry_after_seconds: 30,
    },
    "Nothing was delivered",
  ],
];

for (const [status, body, told] of CASES) {
  const words = typeof body === "string"
    ? body.trim().replace(/\.$/, "")
    : Reflect.get(Object(body), "error");
  Deno.test(`${status} ${words}: said in plain words beside the platform's own`, () => {
    const message = messageFor(status, body);
    // Two sentences, whether or not the platform ends its own.
    assertStringIncludes(message, `${ORIGIN} answered ${status}: ${words}. `);
    assertStringIncludes(message, told);
    assert(message.length < 450, `${message.length} characters are not clear`);
    assert(!message.includes(".."), message);
  });
}

Deno.test("what is not recognised stays as the platform said it", () => {
  assertEquals(
    messageFor(500, { error: "query failed" }),
    `${ORIGIN} answered 500: query failed`,
  );
  assertEquals(messageFor(403, { error: "nope" }), `${ORIGIN} answered 403: nope`);
});

Deno.test("odd bodies of the known statuses make no trouble", () => {
  for (const status of [400, 402, 403, 404, 409, 413, 500, 503]) {
    for (
      const body of ["", "null", "[]", '{"error":7}', '{"error":{"a":1},"exceeded_periods":[1]}']
    ) {
      assertStringIncludes(messageFor(status, body), `answered ${status}`);
    }
  }
});
