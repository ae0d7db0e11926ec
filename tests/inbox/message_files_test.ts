import { assertEquals } from "@std/assert";
import type { Attachment } from "../../src/inbox/message.ts";
import { assertMessage, classify, idOf, PEER, row, SELF } from "./message_support.ts";

const FILE_ID = "4be0c1d2-7a68-4f35-9c21-e0f1a2b3c40a";
const PENDING = `platform-pending:${SELF}/${FILE_ID}`;
const MANIFEST = {
  file_id: FILE_ID,
  name: "tides.csv",
  mimeType: "text/csv",
  size: 812,
  uri: PENDING,
};

const uploadRow = (body: unknown, members: Record<string, unknown> = {}) =>
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

Deno.test("an uploaded file is an upload, and also a message that names it", () => {
  assertEquals(classify(uploadRow(MANIFEST, { summary: "tides.csv" })), {
    kind: "upload",
    id: idOf(1),
    upload: { fileId: FILE_ID, name: "tides.csv" },
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

Deno.test("an upload's kind follows its type", () => {
  for (const family of ["image", "audio", "video"]) {
    assertAttachments(uploadRow({ file_id: FILE_ID, uri: "x:y", mimeType: `${family}/x` }), [
      { kind: family, uri: PENDING, mime_type: `${family}/x` },
    ]);
  }
  assertAttachments(uploadRow({ file_id: FILE_ID, uri: "x:y", mime_type: "imaginary/x" }), [
    { kind: "file", uri: PENDING, mime_type: "imaginary/x" },
  ]);
});

Deno.test("an upload's URI is rebuilt when the row leaves it out", () => {
  assertAttachments(uploadRow({ file_id: FILE_ID.toUpperCase(), name: "a", uri: "" }), [
    { kind: "file", uri: PENDING, name: "a" },
  ]);
});

Deno.test("an upload without a name is called file, and its name is made safe to print", () => {
  const named = (name: unknown) => {
    const classified = classify(uploadRow({ ...MANIFEST, name }));
    return (classified as { upload: { name: string } }).upload.name;
  };
  assertEquals(named(undefined), "file");
  assertEquals(named(" "), "file");
  assertEquals(named(7), "file");
  assertEquals(named("a\x1b[2J\nb"), "a[2J b");
});

Deno.test("an upload may come with its body as a JSON string and its id in upper case", () => {
  const classified = classify(
    uploadRow(JSON.stringify({ ...MANIFEST, file_id: FILE_ID.toUpperCase() })),
  );
  assertEquals((classified as { upload: { fileId: string } }).upload.fileId, FILE_ID);
});

Deno.test("an upload without a usable file id is a message: there is nothing to fetch", () => {
  for (const file_id of [undefined, "", 7, "../../etc/passwd", "not-a-uuid", `${FILE_ID}/..`]) {
    assertMessage(uploadRow({ ...MANIFEST, file_id }), { kind: "canvas_user" });
  }
  for (const body of [undefined, null, "", "{", [], 7]) {
    assertMessage(uploadRow(body), { kind: "canvas_user" });
  }
});

Deno.test("the echo of an own upload is no message", () => {
  const asked: string[] = [];
  const isOwnUpload = (fileId: string) => {
    asked.push(fileId);
    return true;
  };
  assertEquals(classify(uploadRow(MANIFEST), { isOwnUpload }), { kind: "skip", id: idOf(1) });
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
    assertAttachments(uploadRow({ ...MANIFEST, uri }), [
      { kind: "file", uri: PENDING, mime_type: "text/csv", name: "tides.csv" },
    ]);
  }
});

Deno.test("a peer cannot name a file that the user gave", () => {
  const file = [{ kind: "file", claimed_uri: PENDING }];
  assertAttachments({ ...withParts([{ kind: "file", uri: PENDING }]), source_id: PEER }, file);
  const forged = uploadRow(MANIFEST, { source_id: PEER });
  assertMessage(forged, { kind: "peer_agent", peer_id: PEER });
  assertAttachments(forged, [
    { kind: "file", claimed_uri: PENDING, mime_type: "text/csv", name: "tides.csv" },
  ]);
});
