import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as fc from "fast-check";
import { type Action, allowed, denialText, type Policy } from "../../src/safety/roles.ts";

const ACTIONS: readonly Action[] = ["delegate", "approve", "memory.read", "memory.write"];

const policyFor = (roles: string[], lists: Record<string, string[]> = {}): Policy => ({
  roles,
  allowedActions: new Map(Object.entries(lists)),
  tier: 1,
});

const grantedTo = (policy: Policy) => ACTIONS.filter((action) => allowed(action, policy));

Deno.test("each built-in role grants exactly what the table says", () => {
  const table: Record<string, Action[]> = {
    "admin": ["delegate", "approve", "memory.read", "memory.write"],
    "operator": ["delegate", "approve", "memory.read", "memory.write"],
    "read-only": ["memory.read"],
    "memory-readonly": ["memory.read"],
    "no-delegation": ["approve", "memory.read", "memory.write"],
    "no-approval": ["delegate", "memory.read", "memory.write"],
  };
  for (const [role, actions] of Object.entries(table)) {
    assertEquals(grantedTo(policyFor([role])), actions, role);
  }
});

Deno.test("an unknown role and no role at all grant nothing", () => {
  for (const roles of [[], ["Operator"], ["read_only"], ["toString", "constructor", "__proto__"]]) {
    assertEquals(grantedTo(policyFor(roles)), []);
  }
});

Deno.test("several roles grant what any of them grants", () => {
  assertEquals(grantedTo(policyFor(["read-only", "no-approval"])), [
    "delegate",
    "memory.read",
    "memory.write",
  ]);
});

Deno.test("its own list replaces what a built-in role grants", () => {
  assertEquals(grantedTo(policyFor(["operator"], { operator: ["approve"] })), ["approve"]);
  assertEquals(grantedTo(policyFor(["operator"], { operator: [] })), []);
  assertEquals(grantedTo(policyFor(["operator"], { other: ["approve"] })), [...ACTIONS]);
});

Deno.test("a list makes a role of any name", () => {
  const lists = { scribe: ["memory.write", "teleport"] };
  assertEquals(grantedTo(policyFor(["scribe"], lists)), ["memory.write"]);
});

Deno.test("admin passes whatever its list says", () => {
  assertEquals(grantedTo(policyFor(["admin"], { admin: [] })), [...ACTIONS]);
});

Deno.test("a denial names the action and the roles", () => {
  const text = denialText("memory.write", ["read-only", "no-delegation"]);
  assert(text.startsWith("PERMISSION DENIED: "));
  assertStringIncludes(text, "memory.write");
  assertStringIncludes(text, "roles read-only, no-delegation");
  assertStringIncludes(denialText("delegate", ["read-only"]), "role read-only");
  assertStringIncludes(denialText("delegate", []), "has no role");
});

Deno.test("property: one more role never takes a permission away", () => {
  const role = fc.oneof(
    fc.constantFrom("admin", "operator", "read-only", "memory-readonly", "no-delegation"),
    fc.string(),
  );
  const lists = fc.dictionary(role, fc.subarray([...ACTIONS]));
  fc.assert(
    fc.property(fc.array(role), role, lists, (roles, extra, byRole) => {
      const before = grantedTo(policyFor(roles, byRole));
      const after = grantedTo(policyFor([...roles, extra], byRole));
      assert(before.every((action) => after.includes(action)));
    }),
  );
});
