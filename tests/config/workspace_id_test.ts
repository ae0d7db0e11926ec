import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { canonicalPeerId, isWorkspaceId } from "../../src/config/workspace_id.ts";

const UUID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";

Deno.test("a workspace id is lower-case letters, digits and hyphens, at most 128", () => {
  for (const id of [UUID, "ws-a", "0", "a-", "a".repeat(128)]) {
    assertEquals(isWorkspaceId(id), true, id);
  }
});

Deno.test("nothing is a workspace id that means something in a URL, a path or a header", () => {
  const texts = [
    "",
    "-a",
    "WS",
    "Ws-a",
    "a".repeat(129),
    "..",
    "a..b",
    "a/b",
    "a\\b",
    "a#b",
    "a?b",
  ];
  for (const id of [...texts, "a&b", "a_b", "a b", "a\n", "a\r\nX: y", "a%2fb", "ä", "a\0"]) {
    assertEquals(isWorkspaceId(id), false, JSON.stringify(id));
  }
});

Deno.test("a workspace id stays itself in a URL", () => {
  fc.assert(fc.property(fc.string({ maxLength: 12 }), (id) => {
    if (isWorkspaceId(id)) assertEquals(new URL(`https://h/${id}/x`).pathname, `/${id}/x`);
  }));
});

Deno.test("a peer id is a UUID, trimmed and in lower case", () => {
  assertEquals(canonicalPeerId(` ${UUID.toUpperCase()}\n`), UUID);
  for (const id of ["", "ws-a", UUID.slice(1), `${UUID}0`, `${UUID}/x`, UUID.replace("a", "g")]) {
    assertEquals(canonicalPeerId(id), undefined, id);
  }
});
