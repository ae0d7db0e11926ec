import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { isObject } from "../../src/local/state/json.ts";
import { MemoryStore } from "../../src/local/state/memory_store.ts";
import { openSqliteStore } from "../../src/local/state/sqlite_store.ts";
import { act, raise } from "./requests.ts";
import { type Answer, type Caller, startTeam, type Team } from "./support.ts";

/** Who may do something; a person acts on the platform itself. */
type Actor = "lead" | "researcher" | "writer" | "person";
type Kind = "task" | "approval";

interface Step {
  readonly actor: Actor;
  /** Of the requests that there are. */
  readonly which: number;
  readonly what: "respond" | "messages" | "cancel";
  readonly action: string;
}

/** A request as it has to be. */
interface Model {
  readonly id: string;
  readonly kind: Kind;
  readonly asker: Actor;
  /** A person is asked as the user. */
  readonly asked: Actor;
  status: string;
  messages: number;
  /** Messages that its asker is sent. */
  notices: number;
}

const agents = fc.constantFrom<Actor>("lead", "researcher", "writer");
const actors = fc.constantFrom<Actor>("lead", "researcher", "writer", "person");
const raised = fc.record({
  kind: fc.constantFrom<Kind>("task", "approval"),
  asker: agents,
  asked: actors,
});
const steps = fc.array(
  fc.record<Step>({
    actor: actors,
    which: fc.nat(),
    what: fc.constantFrom("respond", "messages", "cancel"),
    action: fc.constantFrom("done", "approved", "rejected", "cancelled", "pending", ""),
  }),
  { minLength: 1, maxLength: 25 },
);

/** The status and the error that the step has to have; the model is changed with it. */
function expected(model: Model, { actor, what, action }: Step): [number, string?] {
  const isOpen = model.status === "pending" || model.status === "info_requested";
  const isAsker = actor === model.asker;
  const gone: [number, string] = [404, "request not found or already resolved"];
  const mayAll = actor === "person";
  if (what === "messages") {
    if (!mayAll && !isAsker && actor !== model.asked) return [403, "not a participant"];
    model.messages += 1;
    if (isAsker) return [201];
    model.notices += 1;
    if (isOpen) model.status = "info_requested";
    return [201];
  }
  if (what === "cancel") {
    if (!mayAll && !isAsker) return [403, "not the requester"];
    if (!isOpen) return gone;
    model.status = "cancelled";
    return [200];
  }
  if (action === "") return [400, "invalid request body"];
  if (!mayAll && actor !== model.asked) return [403, "not the recipient"];
  if (isAsker) return [400, "request: responder cannot be the requester"];
  const known = model.kind === "task" ? ["done", "rejected"] : ["approved", "rejected"];
  if (!known.includes(action)) return [400, "request: invalid action for this request kind"];
  if (!isOpen) return gone;
  model.status = action;
  model.notices += 1;
  return [200];
}

function take(team: Team, { id }: Model, { actor, what, action }: Step) {
  const { platform } = team;
  if (actor !== "person") {
    const body = { respond: { action }, messages: { body: "Hm", author_type: "x" }, cancel: {} };
    return act(team[actor], id, what, body[what]);
  }
  switch (what) {
    case "respond":
      return platform.respondAsPerson(id, action);
    case "messages":
      return platform.messageAsPerson(id, "Hm");
    case "cancel":
      return platform.cancelRequestAsPerson(id);
  }
}

async function statusIn(caller: Caller, id: string): Promise<unknown> {
  const { body } = await caller.get(`/workspaces/${caller.id}/requests/${id}`);
  return isObject(body) && isObject(body.request) ? body.request.status : undefined;
}

const said = ({ status, body }: Pick<Answer, "status" | "body">): unknown[] =>
  isObject(body) && typeof body.error === "string" ? [status, body.error] : [status];

for (const kind of ["memory", "SQLite"] as const) {
  Deno.test(`requests (${kind}): whatever is done by whom, they become what the rules say`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(raised, { minLength: 1, maxLength: 3 }),
        steps,
        async (asks, all) => {
          const store = kind === "memory" ? new MemoryStore() : await openSqliteStore(":memory:");
          const rateLimit = { requests: 10_000, windowMs: 60_000 };
          await using team = await startTeam({ store, rateLimit, sweepIntervalMs: 0 });
          const { platform } = team;
          const models: Model[] = [];
          for (const ask of asks) {
            assert(ask.asker !== "person");
            const recipient = ask.asked === "person"
              ? { recipient_type: "user" }
              : { recipient_type: "agent", recipient_id: team[ask.asked].id };
            const id = await raise(team[ask.asker], { kind: ask.kind, ...recipient });
            models.push({ ...ask, id, status: "pending", messages: 0, notices: 0 });
          }
          for (const step of all) {
            const model = models[step.which % models.length];
            assert(model);
            const before = platform.store.request(model.id);
            const should = expected(model, step);
            assertEquals(said(await take(team, model, step)), should, JSON.stringify(step));
            const after = platform.store.request(model.id);
            assertEquals(after?.status, model.status);
            if (should[0] >= 400) assertEquals(after, before);
          }
          for (const { id, asker, status, messages } of models) {
            assert(asker !== "person");
            assertEquals(await statusIn(team[asker], id), status);
            assertEquals(platform.store.requestMessages(id, 99).length, messages);
          }
          for (const asker of ["lead", "researcher", "writer"] as const) {
            const notices = models.filter((model) => model.asker === asker)
              .reduce((sum, model) => sum + model.notices, 0);
            platform.store.updateWorkspace(team[asker].id, { maxConcurrentTasks: 99 });
            await platform.sweep();
            assertEquals(platform.activity(team[asker].id).length, notices);
          }
          if ("close" in store) store.close();
        },
      ),
      { numRuns: 40 },
    );
  });
}
