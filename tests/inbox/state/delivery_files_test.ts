import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import * as fc from "fast-check";
import { deliveryFiles } from "../../../src/inbox/state/delivery_files.ts";

const DIR = join("state", "dir");
const A = "aaaaaaaa-1111";
const A2 = "aaaaaaaa-2222";
const B = "bbbbbbbb-1111";

Deno.test("a single workspace uses the reference's cursor file", () => {
  assertEquals(deliveryFiles(DIR, A, undefined), {
    cursor: join(DIR, ".mcp_inbox_cursor"),
    state: join(DIR, `.mcp_inbox_state_${A}`),
    requests: join(DIR, `.mcp_inbox_requests_${A}`),
    decisions: join(DIR, `.mcp_inbox_decisions_${A}`),
    lock: join(DIR, `.mcp_inbox_lock_${A}`),
  });
});

Deno.test("of several workspaces each has files under its whole id", () => {
  assertEquals(deliveryFiles(DIR, A, [A, B]), {
    cursor: join(DIR, `.mcp_inbox_cursor_${A}`),
    legacyCursor: join(DIR, ".mcp_inbox_cursor_aaaaaaaa"),
    state: join(DIR, `.mcp_inbox_state_${A}`),
    requests: join(DIR, `.mcp_inbox_requests_${A}`),
    decisions: join(DIR, `.mcp_inbox_decisions_${A}`),
    lock: join(DIR, `.mcp_inbox_lock_${A}`),
  });
});

Deno.test("the reference's file of 8 characters is left alone when it may mean two workspaces", () => {
  assertEquals(deliveryFiles(DIR, A, [A, A2]).legacyCursor, undefined);
  assertEquals(deliveryFiles(DIR, A2, [A, A2]).legacyCursor, undefined);
});

Deno.test("an id of 8 characters or fewer has the reference's file as its own", () => {
  assertEquals(deliveryFiles(DIR, "ws-a", ["ws-a", B]).cursor, join(DIR, ".mcp_inbox_cursor_ws-a"));
  assertEquals(deliveryFiles(DIR, "ws-a", ["ws-a", B]).legacyCursor, undefined);
});

Deno.test("the state does not depend on how many workspaces there are", () => {
  assertEquals(deliveryFiles(DIR, A, undefined).state, deliveryFiles(DIR, A, [A, B]).state);
});

Deno.test("property: no two workspaces of a process ever share a file", () => {
  const id = fc.stringMatching(/^[ab][ab-]{0,11}$/);
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 2, maxLength: 6 }), (ids) => {
      const paths = ids.flatMap((workspaceId) => {
        const { cursor, state, lock, legacyCursor } = deliveryFiles(DIR, workspaceId, ids);
        return [cursor, state, lock, ...(legacyCursor === undefined ? [] : [legacyCursor])];
      });
      assertEquals(new Set(paths).size, paths.length);
    }),
    { numRuns: 500 },
  );
});
