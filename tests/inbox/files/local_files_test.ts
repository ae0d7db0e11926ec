import { assertEquals, assertStrictEquals } from "@std/assert";
import { withLocalFiles } from "../../../src/inbox/files/attachments.ts";
import type { Attachment, InboxMessage } from "../../../src/inbox/message.ts";
import { idOf } from "../message_support.ts";

const PENDING = "platform-pending:ws-a/file-1";

const messageWith = (attachments: Attachment[] | undefined): InboxMessage => ({
  activity_id: idOf(1),
  text: `see ${PENDING}`,
  peer_id: "",
  kind: "canvas_user",
  method: "message/send",
  created_at: "2026-05-06T09:20:05Z",
  ...(attachments && { attachments }),
});

const paths = new Map([[PENDING, "/state/files/1-a.txt"]]);
const rewritten = (attachments: Attachment[]) =>
  withLocalFiles(messageWith(attachments), (uri) => paths.get(uri)).attachments;

Deno.test("a fetched file is named by its local path", () => {
  const file = { kind: "file", uri: PENDING, name: "a.txt", mime_type: "text/plain" };
  assertEquals(rewritten([file]), [{ ...file, uri: "workspace:/state/files/1-a.txt" }]);
});

Deno.test("other files of the same message stay as they are", () => {
  const others = [
    { kind: "file", uri: "platform-pending:ws-a/unknown" },
    { kind: "file", uri: "workspace:/already/local" },
    { kind: "file", uri: "https://example.net/x" },
    { kind: "image", name: "no uri" },
  ];
  assertEquals(rewritten(others), others);
});

Deno.test("only pending URIs are looked up", () => {
  const asked: string[] = [];
  const uris = [PENDING, "https://example.net/x", "workspace:/x"];
  withLocalFiles(messageWith(uris.map((uri) => ({ kind: "file", uri }))), (uri) => {
    asked.push(uri);
    return undefined;
  });
  assertEquals(asked, [PENDING]);
});

Deno.test("the text is never touched, nor the message that was given", () => {
  const message = messageWith([{ kind: "file", uri: PENDING }]);
  const before = structuredClone(message);
  assertEquals(withLocalFiles(message, (uri) => paths.get(uri)).text, `see ${PENDING}`);
  assertEquals(message, before);
});

Deno.test("a message without files comes back itself", () => {
  const message = messageWith(undefined);
  assertStrictEquals(withLocalFiles(message, () => "/x"), message);
});
