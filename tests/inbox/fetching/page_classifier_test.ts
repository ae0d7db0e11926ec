import { assertEquals } from "@std/assert";
import { PageClassifier } from "../../../src/inbox/fetching/page_classifier.ts";
import { HeldFiles } from "../../../src/inbox/files/held_files.ts";
import { SentFiles } from "../../../src/inbox/files/sent_files.ts";
import { PlatformClient } from "../../../src/platform/client/client.ts";
import { workspaceAt } from "../../platform/support.ts";
import { idOf, row, SELF } from "../message_support.ts";
import { DeliveryHarness, rowOf } from "../state/delivery_harness.ts";

const [FILE_ID, OTHER_FILE_ID] = [crypto.randomUUID(), crypto.randomUUID()];

/** A file's own row; like every row here it is one second younger than the one before. */
function fileRow(number: number, fileId: string) {
  const { id, createdAt } = rowOf(number);
  const uri = `platform-pending:${SELF}/${fileId}`;
  const request_body = { uri, name: "tides.csv", mimeType: "text/csv", size: 3, file_id: fileId };
  return row({ id, created_at: createdAt, method: "chat_upload_receive", request_body });
}

/** A user's message, with these files. */
function messageRow(number: number, ...fileIds: string[]) {
  const { id, createdAt } = rowOf(number);
  const files = fileIds.map((fileId) => ({
    kind: "file",
    file: { uri: `platform-pending:${SELF}/${fileId}`, name: "tides.csv" },
  }));
  const parts = [{ kind: "text", text: "See attached" }, ...files];
  return row({ id, created_at: createdAt, request_body: { params: { message: { parts } } } });
}

async function classified(...rows: unknown[]) {
  await using harness = await DeliveryHarness.create();
  const state = await harness.load();
  await state.begin(new Date(0));
  const reports: string[] = [];
  const classifier = new PageClassifier({
    client: new PlatformClient({ ...workspaceAt("http://127.0.0.1:1"), id: SELF }),
    state,
    heldFiles: new HeldFiles(() => 0),
    sentFiles: new SentFiles(),
    tagArrival: false,
    report: (line) => reports.push(line),
  });
  const page = await classifier.classify(rows, 0);
  return {
    reports,
    files: page.files.map(({ fileId }) => fileId),
    rows: page.rows.map(({ ref, message, keep, held }) => ({
      id: ref.id,
      text: message?.text.slice(0, 12),
      keep,
      held,
    })),
  };
}

Deno.test("a file that a message of the page names is fetched for that, and its row is kept without a message", async () => {
  const { rows, files } = await classified(fileRow(1, FILE_ID), messageRow(2, FILE_ID));
  assertEquals(rows, [
    { id: idOf(1), text: undefined, keep: true, held: undefined },
    { id: idOf(2), text: "See attached", keep: undefined, held: undefined },
  ]);
  assertEquals(files, [FILE_ID]);
});

Deno.test("a file that none names is held, until a row so much younger ends its wait", async () => {
  const alone = await classified(fileRow(1, FILE_ID), messageRow(2, OTHER_FILE_ID));
  assertEquals([alone.rows[0]?.keep, alone.rows[0]?.held, alone.files], [undefined, true, [
    FILE_ID,
  ]]);
  const late = await classified(fileRow(1, FILE_ID), messageRow(6));
  assertEquals([late.rows[0]?.keep, late.rows[0]?.held], [undefined, false]);
});

Deno.test("rows that have no usable id are left out, which is reported once", async () => {
  const { rows, reports } = await classified({}, messageRow(2), null, row({ id: 7 }));
  assertEquals(rows.map(({ id }) => id), [idOf(2)]);
  assertEquals(reports, [`Ignoring activity rows without a usable id for workspace ${SELF}`]);
});
