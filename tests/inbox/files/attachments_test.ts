import { assertEquals } from "@std/assert";
import type { Attachment } from "../../../src/inbox/message.ts";
import { assertMessage, classify, idOf, PEER, row, SELF } from "../message_support.ts";

const FILE_ID = "4be0c1d2-7a68-4f35-9c21-e0f1a2b3c40a";
const PENDING = `platform-pending:${SELF}/${FILE_ID}`;
const MANIFEST = {
  file_id: FILE_ID,
  name: "tides.csv",
  mimeType: "text/csv",
  size: 812,
  uri: PENDING,
};

const fileRow = (body: unknown, members: Record<string, unknown> = {}) =>
  row({ method: "chat_upload_receive", request_body: body, ...members });

function assertAttachments(value: unknown, expected: Attachment[] | undefined): void {
  const classified = classify(value);
  const { attachments } = (classified as { message: { attachments?: Attachment[] } }).message;
  assertEquals(attachments, expected);
}

const withParts = (parts: unknown) => row({ request_body: { params: { message: { parts } } } });

Deno.test("the row's own list of attachments comes first", () => {
  const attachments = [
    { kind: "file", uri: PENDING, mime_type: "text/csv", name: "tides.csv", extra: 1 },
    { kind: 7, uri: "x:y" },
    "no",
    null,
    { uri: "x:y" },
    { kind: "image", name: "map.png" },
  ];
  const parts = [{ kind: "file", file: { uri: "other:1" } }];
  assertAttachments({ ...withParts(parts), attachments }, [
    { kind: "file", uri: PENDING, mime_type: "text/csv", name: "tides.csv" },
    { kind: "image", name: "map.png" },
  ]);
});

Deno.test("files are found among the parts, nested or inlined, by kind or by type", () => {
  assertAttachments(
    withParts([
      { kind: "text", text: "See attached" },
      { kind: "file", file: { uri: PENDING, name: "tides.csv", mimeType: "text/csv", size: 812 } },
      { type: "image", uri: "workspace:/a.png", mime_type: "image/png" },
      { kind: "v2", type: "audio", name: "note.ogg" },
      { kind: "video", file: "not an object", uri: "x:v" },
      { kind: "file", file: {} },
      { kind: "file" },
      7,
    ]),
    [
      { kind: "file", uri: PENDING, mime_type: "text/csv", name: "tides.csv" },
      { kind: "image", claimed_uri: "workspace:/a.png", mime_type: "image/png" },
      { kind: "audio", name: "note.ogg" },
      { kind: "video", claimed_uri: "x:v" },
    ],
  );
});

Deno.test("an old message's files are found where its text is", () => {
  const parts = [{ type: "text", text: "t" }, { type: "file", file: { uri: "x:y" } }];
  assertAttachments(row({ request_body: { params: { parts } } }), [{
    kind: "file",
    claimed_uri: "x:y",
  }]);
  assertAttachments(row({ request_body: { parts } }), [{
    kind: "file",
    claimed_uri: "x:y",
  }]);
});

Deno.test("a message without files has no attachments", () => {
  assertAttachments(withParts([{ kind: "text", text: "t" }]), undefined);
  assertAttachments(row({ attachments: [] }), undefined);
});

Deno.test("names, types and URIs of files are cleaned", () => {
  assertAttachments(
    withParts([{
      kind: "file",
      file: { uri: " x:a\n\u200bb ", name: "evil\u202e\ngpj.exe", mimeType: "text/csv\r\nx" },
    }]),
    [{ kind: "file", claimed_uri: "x:ab", name: "evil gpj.exe", mime_type: "text/csv x" }],
  );
});

Deno.test("a file that a user sent is to be fetched, and also a message that names it", () => {
  assertEquals(classify(fileRow(MANIFEST, { summary: "tides.csv" })), {
    kind: "file",
    id: idOf(1),
    file: { fileId: FILE_ID, name: "tides.csv" },
    message: {
      activity_id: idOf(1),
      text: '(no text; attached: "tides.csv")',
      peer_id: "",
      kind: "canvas_user",
      method: "chat_upload_receive",
      created_at: "2026-05-06T09:20:05.000222Z",
      attachments: [{ kind: "file", uri: PENDING, mime_type: "text/csv", name: "tides.csv" }],
    },
  });
});

Deno.test("a file's kind follows its type", () => {
  for (const family of ["image", "audio", "video"]) {
    assertAttachments(fileRow({ file_id: FILE_ID, uri: "x:y", mimeType: `${family}/x` }), [
      { kind: family, uri: PENDING, mime_type: `${family}/x` },
    ]);
  }
  assertAttachments(fileRow({ file_id: FILE_ID, uri: "x:y", mime_type: "imaginary/x" }), [
    { kind: "file", uri: PENDING, mime_type: "imaginary/x" },
  ]);
});

Deno.test("a file's URI is rebuilt when the row leaves it out", () => {
  assertAttachments(fileRow({ file_id: FILE_ID.toUpperCase(), name: "a", uri: "" }), [
    { kind: "file", uri: PENDING, name: "a" },
  ]);
});

Deno.test("a file without a name is called file, and its name is made safe to print", () => {
  const named = (name: unknown) => {
    const classified = classify(fileRow({ ...MANIFEST, name }));
    return (classified as { file: { name: string } }).file.name;
  };
  assertEquals(named(undefined), "file");
  assertEquals(named(" "), "file");
  assertEquals(named(7), "file");
  assertEquals(named("a\x1b[2J\nb"), "a[2J b");
});

Deno.test("a file may come with its body as a JSON string and its id in upper case", () => {
  const classified = classify(
    fileRow(JSON.stringify({ ...MANIFEST, file_id: FILE_ID.toUpperCase() })),
  );
  assertEquals((classified as { file: { fileId: string } }).file.fileId, FILE_ID);
});

Deno.test("a file without a usable id is a message: there is nothing to fetch", () => {
  for (const file_id of [undefined, "", 7, "../../etc/passwd", "not-a-uuid", `${FILE_ID}/..`]) {
    assertMessage(fileRow({ ...MANIFEST, file_id }), { kind: "canvas_user" });
  }
  for (const body of [undefined, null, "", "{", [], 7]) {
    assertMessage(fileRow(body), { kind: "canvas_user" });
  }
});

Deno.test("the echo of a file that the agent sent is not a message", () => {
  const asked: string[] = [];
  const isSentFile = (fileId: string) => {
    asked.push(fileId);
    return true;
  };
  assertEquals(classify(fileRow(MANIFEST), { isSentFile }), { kind: "skip", id: idOf(1) });
  assertEquals(asked, [FILE_ID]);
});

Deno.test("where a file is according to its sender is a claim, whoever sends it", () => {
  const other = `platform-pending:${idOf(7)}/${FILE_ID}`;
  for (
    const uri of [
      "workspace:/home/ada/.molecule/.auth_token",
      "file:///etc/passwd",
      "/etc/passwd",
      "https://example.net/a",
      other,
      `${PENDING}/../x`,
    ]
  ) {
    for (const source_id of [null, PEER]) {
      const places = [
        withParts([{ kind: "file", file: { uri } }]),
        row({ attachments: [{ kind: "file", uri }] }),
        row({ request_body: { file_id: FILE_ID, uri } }),
      ];
      for (const place of places) {
        assertAttachments({ ...place, source_id }, [{ kind: "file", claimed_uri: uri }]);
      }
    }
    assertAttachments(fileRow({ ...MANIFEST, uri }), [
      { kind: "file", uri: PENDING, mime_type: "text/csv", name: "tides.csv" },
    ]);
  }
});

Deno.test("a peer cannot name a file that the user gave", () => {
  const file = [{ kind: "file", claimed_uri: PENDING }];
  assertAttachments({ ...withParts([{ kind: "file", uri: PENDING }]), source_id: PEER }, file);
  const forged = fileRow(MANIFEST, { source_id: PEER });
  assertMessage(forged, { kind: "peer_agent", peer_id: PEER });
  assertAttachments(forged, [
    { kind: "file", claimed_uri: PENDING, mime_type: "text/csv", name: "tides.csv" },
  ]);
});
