import { assert, assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { buildHeaders } from "../../src/auth/headers.ts";
import { TestDir } from "../support/test_dir.ts";
import { storeOf } from "./support.ts";

const WORKSPACE = { id: "ws-1", origin: "https://acme.example" };

Deno.test("a token becomes a bearer", () => {
  assertEquals(Object.fromEntries(buildHeaders(WORKSPACE, "tok")), {
    authorization: "Bearer tok",
    origin: "https://acme.example",
  });
});

Deno.test("a token of the environment reaches the header", async () => {
  const { store } = storeOf({ inlineToken: " of-variable " });
  const headers = buildHeaders(WORKSPACE, await store.get());
  assertEquals(headers.get("Authorization"), "Bearer of-variable");
});

Deno.test("without a token there is no Authorization header, and the rest is there", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: dir.at(".auth_token") });
  const headers = buildHeaders({ ...WORKSPACE, orgId: "org" }, await store.get(), { source: true });
  assertEquals(Object.fromEntries(headers), {
    "origin": "https://acme.example",
    "x-molecule-org-id": "org",
    "x-workspace-id": "ws-1",
  });
});

Deno.test("the source header is sent only when the call asks for it", () => {
  assertEquals(buildHeaders(WORKSPACE, "tok").has("X-Workspace-ID"), false);
  assertEquals(buildHeaders(WORKSPACE, "tok", { source: false }).has("X-Workspace-ID"), false);
  assertEquals(buildHeaders(WORKSPACE, "tok", { source: true }).get("X-Workspace-ID"), "ws-1");
});

Deno.test("a tenant is sent when a header can carry it, else left out, never empty", () => {
  for (const orgId of ["org", "x".repeat(128), "!~"]) {
    assertEquals(buildHeaders({ ...WORKSPACE, orgId }, "tok").get("X-Molecule-Org-Id"), orgId);
  }
  for (
    const orgId of [undefined, "", " ", "a b", "a\r\nX-Evil: 1", "org\n", "é", "x".repeat(129)]
  ) {
    const workspace = { ...WORKSPACE, ...(orgId !== undefined && { orgId }) };
    assertEquals(buildHeaders(workspace, "tok").has("X-Molecule-Org-Id"), false);
  }
});

Deno.test("the origin is scheme, host and port as given", () => {
  for (const origin of ["http://127.0.0.1:8080", "https://acme.example:8443", "http://[::1]:1"]) {
    assertEquals(buildHeaders({ ...WORKSPACE, origin }, "tok").get("Origin"), origin);
  }
});

Deno.test("anything but an origin is refused, and no password shows", () => {
  const wrong = [
    "",
    "acme.example",
    "https://acme.example/",
    "https://acme.example/path",
    "https://acme.example:443",
    "https://ACME.example",
    "https://user:passw0rd@acme.example",
    "user:passw0rd@",
    "ftp://acme.example",
    "file:///etc/passwd",
    "null",
    "https://acme.example\r\nX-Evil: 1",
  ];
  for (const origin of wrong) {
    const error = assertThrows(
      () => buildHeaders({ ...WORKSPACE, origin }, "tok"),
      TypeError,
      "Cannot build the Origin header: expected scheme, host and port only",
    );
    assertNotMatch(error.message, /passw0rd|[\r\n]/);
    assertMatch(error.message, /, got \w.*\.$/);
  }
});

Deno.test("a token that no header can carry is refused, without showing it", () => {
  for (const token of ["", "secret\r\nX-Evil: 1", "secret\n", " secret", "secrét", "secret\0"]) {
    const error = assertThrows(
      () => buildHeaders(WORKSPACE, token),
      TypeError,
      "Cannot build the Authorization header",
    );
    assertNotMatch(Deno.inspect(error), /secr[eé]t[\r\n\0]|Evil/);
  }
});

Deno.test("an invalid id is refused as a source", () => {
  for (
    const id of ["", "WS-1", "ws_1", "ws/1", "..", "ws-1\r\nX-Evil: 1", "-ws", "w".repeat(129)]
  ) {
    assertThrows(
      () => buildHeaders({ ...WORKSPACE, id }, "tok", { source: true }),
      TypeError,
      "Cannot build the X-Workspace-ID header",
    );
  }
});

Deno.test("whatever goes in, either it throws or the headers hold nothing but what they should", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("a\r\nb: c"));
  const origin = fc.oneof(fc.constant(WORKSPACE.origin), fc.webUrl(), text);
  fc.assert(
    fc.property(text, origin, text, text, (id, origin, orgId, token) => {
      let headers: Headers;
      try {
        headers = buildHeaders({ id, origin, orgId }, token, { source: true });
      } catch (error) {
        assert(error instanceof TypeError && error.message.startsWith("Cannot build the "));
        return;
      }
      const names = ["authorization", "origin", "x-molecule-org-id", "x-workspace-id"];
      for (const [name, value] of headers) {
        assert(names.includes(name));
        assertNotMatch(value, /[^\x20-\x7e]/);
      }
    }),
    { numRuns: 1_000 },
  );
});
