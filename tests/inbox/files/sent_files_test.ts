import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { SentFiles } from "../../../src/inbox/files/sent_files.ts";
import { parsePendingUri } from "../../../src/inbox/files/attachments.ts";

const WORKSPACE = "11111111-2222-4333-8444-555555555555";

Deno.test("a file is known by its id, in upper and lower case", () => {
  const own = new SentFiles();
  const fileId = crypto.randomUUID();
  own.remember(`platform-pending:${WORKSPACE}/${fileId.toUpperCase()}`);
  assertEquals(own.has(fileId), true);
  assertEquals(own.has(fileId.toUpperCase()), true);
  assertEquals(own.has(crypto.randomUUID()), false);
});

Deno.test("URIs of other kinds have no echo and are not remembered", () => {
  const own = new SentFiles();
  const fileId = crypto.randomUUID();
  for (
    const uri of ["", "workspace:/a", `workspace:${WORKSPACE}/${fileId}`, `https://x/${fileId}`]
  ) {
    own.remember(uri);
  }
  assertEquals(own.has(fileId), false);
});

Deno.test("the last thousand are remembered", () => {
  const own = new SentFiles();
  const ids = Array.from({ length: 1_001 }, () => crypto.randomUUID());
  for (const id of ids) own.remember(`platform-pending:${WORKSPACE}/${id}`);
  assertEquals(ids.map((id) => own.has(id)), ids.map((_, index) => index > 0));
});

Deno.test("property: a pending URI gives back what it was made of, in lower case", () => {
  const id = fc.uuid().map((uuid) => uuid.toUpperCase());
  const workspace = fc.oneof(id, fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,30}$/));
  fc.assert(fc.property(workspace, id, (workspaceId, fileId) => {
    assertEquals(parsePendingUri(`platform-pending:${workspaceId}/${fileId}`), {
      workspaceId: workspaceId.toLowerCase(),
      fileId: fileId.toLowerCase(),
    });
  }));
});

Deno.test("property: no other text is a pending URI", () => {
  const uuid = crypto.randomUUID();
  const near = [
    `platform-pending:${WORKSPACE}/${uuid}/`,
    `platform-pending:${WORKSPACE}/${uuid}x`,
    `platform-pending:/${uuid}`,
    `platform-pending:a/b/${uuid}`,
    `platform-pending:${WORKSPACE}/../${uuid}`,
    ` platform-pending:${WORKSPACE}/${uuid}`,
    `platform-pending:${WORKSPACE}/${uuid}\n`,
    `platform-pending:${WORKSPACE}/${uuid.replaceAll("-", "")}`,
  ];
  for (const uri of near) assertEquals(parsePendingUri(uri), undefined, uri);
  fc.assert(fc.property(fc.string(), (text) => {
    assertEquals(parsePendingUri(text), undefined);
  }));
});
