import { assertEquals } from "@std/assert";
import { BackgroundDelegations } from "../../../src/tools/delegation/background_delegations.ts";
import type { Outcome } from "../../../src/tools/delegation/outcome.ts";

const DONE: Outcome = { status: "completed", answer: "yes" };
const NEVER = new Promise<Outcome>(() => {});

function delegation(delegationId: string, sourceId = "ws-a") {
  return { delegationId, sourceId, targetId: "peer" };
}

Deno.test("a delegation has no outcome until the peer answers", async () => {
  const delegations = new BackgroundDelegations();
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  delegations.add(delegation("1"), promise);
  assertEquals(delegations.get("1", "ws-a"), delegation("1"));
  resolve(DONE);
  await promise;
  assertEquals(delegations.get("1", "ws-a"), { ...delegation("1"), outcome: DONE });
});

Deno.test("only the workspace that delegated sees it; the newest is listed first", () => {
  const delegations = new BackgroundDelegations();
  delegations.add(delegation("1"), NEVER);
  delegations.add(delegation("2", "ws-b"), NEVER);
  delegations.add(delegation("3"), NEVER);
  assertEquals(delegations.get("2", "ws-a"), undefined);
  assertEquals(delegations.get("4", "ws-a"), undefined);
  assertEquals(delegations.list("ws-a").map(({ delegationId }) => delegationId), ["3", "1"]);
});

Deno.test("of more than 200 the oldest finished one is forgotten, never one at work", async () => {
  const delegations = new BackgroundDelegations();
  delegations.add(delegation("at work"), NEVER);
  for (let i = 0; i < 199; i++) delegations.add(delegation(`${i}`), Promise.resolve(DONE));
  await Promise.resolve();
  delegations.add(delegation("one more"), NEVER);
  const kept = delegations.list("ws-a").map(({ delegationId }) => delegationId);
  assertEquals(kept.length, 200);
  assertEquals(kept.slice(-2), ["1", "at work"]);
});

Deno.test("an answer to one that was forgotten does not bring it back", async () => {
  const delegations = new BackgroundDelegations();
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  for (let i = 0; i < 200; i++) delegations.add(delegation(`${i}`), promise);
  resolve(DONE);
  await promise;
  for (let i = 0; i < 200; i++) delegations.add(delegation(`new ${i}`), NEVER);
  assertEquals(delegations.get("0", "ws-a"), undefined);
  assertEquals(delegations.list("ws-a").length, 200);
});
