import { assert, assertEquals, assertMatch } from "@std/assert";
import { field, type JsonObject } from "../../src/lib/json.ts";
import type { FaultOutcome, RecordedRequest } from "../../src/local/start.ts";
import { truncated } from "../../src/local/start.ts";
import { ServerProcess } from "./server_process.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

/** What a platform, or something in front of it, may do wrong, and what the agent must hear of it. */
interface Misbehaviour {
  readonly answer: (request: RecordedRequest) => FaultOutcome;
  readonly told: RegExp;
}

function misbehaviours(elsewhere: string): Record<string, Misbehaviour> {
  return {
    "a web page": {
      answer: () =>
        new Response("<!doctype html><h1>Welcome</h1>", {
          headers: { "Content-Type": "text/html" },
        }),
      told: /web page|JSON|shape/,
    },
    "nothing": { answer: () => new Response(""), told: /empty|JSON|shape/ },
    "half a body": { answer: () => truncated('{"id": "1'), told: /broke|ended|cut|incomplete/ },
    "500": {
      answer: () => Response.json({ error: "the database is away" }, { status: 500 }),
      told: /500[^]*the database is away/,
    },
    "500 with the bearer in it": {
      answer: ({ headers }) => Response.json({ error: headers.authorization }, { status: 500 }),
      told: /500[^]*\[redacted\]/,
    },
    "429": {
      answer: () =>
        Response.json({ error: "slow down" }, { status: 429, headers: { "Retry-After": "7" } }),
      told: /429(?=[^]*slow down)[^]*7 s/,
    },
    "a redirect": {
      answer: () => new Response(null, { status: 307, headers: { Location: elsewhere } }),
      told: /redirect/i,
    },
    "a dropped connection": { answer: () => "drop", told: /connection|reach/i },
  };
}

/** A call to try, with the requests that go wrong. */
interface Trial {
  readonly what: string;
  readonly name: string;
  readonly args: JsonObject;
  readonly fails: (path: string) => boolean;
}

function trials({ peerId }: TestTeam): Trial[] {
  const trial = (name: string, args: JsonObject, ending: RegExp, what = name): Trial => ({
    what,
    name,
    args,
    fails: (path) => ending.test(path),
  });
  const task = { workspace_id: peerId, task: "Count the boats" };
  return [
    trial("list_peers", {}, /\/peers$/),
    trial("delegate_task", task, /\/a2a$/, "delegate_task when it sends"),
    trial("delegate_task", task, /\/(discover\/.*|a2a)$/, "delegate_task from the look-up on"),
    trial("delegate_task_async", task, /\/delegate$/),
    trial("send_message_to_user", { message: "Hello" }, /\/notify$/),
    trial("commit_memory", { content: "Four boats" }, /\/memories$/),
    trial("recall_memory", { query: "boats" }, /\/memories$/),
  ];
}

/** A server that counts what comes to it. */
function startElsewhere() {
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    requests += 1;
    return new Response("[]");
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    requests: () => requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

processTest(
  "whatever the platform answers, the agent hears what happened and the server lives",
  async (t) => {
    await using elsewhere = startElsewhere();
    await using team = await testTeam();
    // The look-up is tried again; here once is enough.
    await using server = await ServerProcess.start({
      ...team.env,
      A2A_DELEGATE_MAX_ATTEMPTS: "1",
    });
    // From here on the SDK checks every result against its tool's output schema.
    await server.client.listTools();
    for (const [what, { answer, told }] of Object.entries(misbehaviours(elsewhere.url))) {
      for (const { what: call, name, args, fails } of trials(team)) {
        await t.step(`${what} for ${call}`, async () => {
          const end = team.platform.faults.use((request) =>
            fails(request.path) ? answer(request) : undefined
          );
          const result = await server.client.callTool({ name, arguments: args }).finally(end);
          const text = String(
            field(Array.isArray(result.content) ? result.content[0] : {}, "text"),
          );
          assertEquals(result.isError, true, text);
          assertMatch(text, told);
          assert(!JSON.stringify(result).includes(team.token), "The token shows");
          assert(text.length < 600, `${text.length} characters are not clear`);
          await server.client.ping();
        });
      }
    }
    for (const { name, args } of trials(team)) {
      if (name !== "delegate_task") await server.call(name, args);
    }
    assertEquals(elsewhere.requests(), 0);
    assert(!server.stderr.includes(team.token), "The token shows on stderr");
  },
);
