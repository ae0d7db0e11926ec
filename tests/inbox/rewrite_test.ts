import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Attachment, InboxMessage } from "../../src/inbox/message.ts";
import { sanitiseFileName, withLocalFiles } from "../../src/inbox/files/rewrite.ts";
import { idOf } from "./message_support.ts";

Deno.test("a file name keeps its base name and its plain characters", () => {
  const table: Record<string, string> = {
    "report.pdf": "report.pdf",
    "my report (final).pdf": "my_report__final_.pdf",
    "../../etc/passwd": "passwd",
    "/abs/olute.txt": "olute.txt",
    "C:\\Users\\ada\\cv.doc": "cv.doc",
    "weird;rm -rf $HOME`x`.sh": "weird_rm_-rf__HOME_x_.sh",
    "Übersicht.csv": "_bersicht.csv",
    "😀.png": "_.png",
    ".bashrc": ".bashrc",
    "a\nb\0c": "a_b_c",
  };
  for (const [name, expected] of Object.entries(table)) {
    assertEquals(sanitiseFileName(name), expected);
  }
});

Deno.test("a name that would be no file, or a directory, becomes file", () => {
  for (const name of ["", ".", "..", "...", "dir/", "a/..", "\\"]) {
    assertEquals(sanitiseFileName(name), "file");
  }
});

Deno.test("a long name is cut to 100 characters and keeps a short extension", () => {
  assertEquals(sanitiseFileName("x".repeat(100)), "x".repeat(100));
  assertEquals(sanitiseFileName(`${"x".repeat(120)}.pdf`), `${"x".repeat(96)}.pdf`);
  assertEquals(sanitiseFileName("x".repeat(120)), "x".repeat(100));
});

Deno.test("a long extension is cut like the rest", () => {
  const name = `x.${"y".repeat(120)}`;
  assertEquals(sanitiseFileName(name), name.slice(0, 100));
  assertEquals(sanitiseFileName(`.${"y".repeat(120)}`), `.${"y".repeat(99)}`);
});

Deno.test("property: any name becomes one harmless path segment, and stays it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300, size: "max" }), (name) => {
      const safe = sanitiseFileName(name);
      assert(/^[A-Za-z0-9._-]{1,100}$/.test(safe) && !/^\.+$/.test(safe), safe);
      assertEquals(sanitiseFileName(safe), safe);
    }),
    { numRuns: 1_000 },
  );
});

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

const paths = new Map([[PENDING, "/state/uploads/1-a.txt"]]);
const rewritten = (attachments: Attachment[]) =>
  withLocalFiles(messageWith(attachments), (uri) => paths.get(uri)).attachments;

Deno.test("a fetched file is named by its local path", () => {
  const file = { kind: "file", uri: PENDING, name: "a.txt", mime_type: "text/plain" };
  assertEquals(rewritten([file]), [{ ...file, uri: "workspace:/state/uploads/1-a.txt" }]);
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
