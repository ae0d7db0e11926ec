import { assertEquals, assertThrows } from "@std/assert";
import type { RequestMessageRow, RequestRow } from "../../../src/local/state/rows.ts";
import {
  type PlatformStore,
  type RequestFilter,
  StoreError,
} from "../../../src/local/state/store.ts";
import { testStores } from "./stores.ts";

const asker: string = crypto.randomUUID();
const asked: string = crypto.randomUUID();

function request(change: Partial<RequestRow> = {}): RequestRow {
  return {
    id: crypto.randomUUID(),
    kind: "task",
    requesterType: "agent",
    requesterId: asker,
    orgId: null,
    recipientType: "user",
    recipientId: "",
    title: "A",
    detail: null,
    status: "pending",
    responderType: null,
    responderId: null,
    priority: null,
    createdAt: 1,
    updatedAt: 1,
    respondedAt: null,
    nudgedAt: null,
    ...change,
  };
}

function messageTo(requestId: string, body: string): RequestMessageRow {
  const id = crypto.randomUUID();
  return { id, requestId, authorType: "user", authorId: "human", body, createdAt: 1 };
}

const ROWS: Partial<RequestRow>[] = [
  { title: "0", recipientType: "agent", recipientId: asked },
  { title: "1", kind: "approval" },
  { title: "2", requesterId: asked, recipientType: "agent", recipientId: asker },
  { title: "3", status: "done" },
  { title: "4", status: "info_requested" },
];

for (
  const [filter, expected] of [
    [{}, "4 3 2 1 0"],
    [{ limit: 2 }, "4 3"],
    [{ requesterId: asker }, "4 3 1 0"],
    [{ requesterId: asker.toUpperCase() }, ""],
    [{ recipientType: "user", recipientId: "" }, "4 3 1"],
    [{ recipientType: "agent" }, "2 0"],
    [{ recipientId: asker }, "2"],
    [{ kind: "approval" }, "1"],
    [{ status: ["done"] }, "3"],
    [{ status: ["pending", "info_requested"] }, "4 2 1 0"],
    [{ status: ["pending", "info_requested"], limit: 1, kind: "task" }, "4"],
    [{ status: [] }, ""],
    [{ requesterId: "' OR 1 = 1" }, ""],
  ] as [Partial<RequestFilter>, string][]
) {
  const named = JSON.stringify(filter).replace(/[0-9a-f-]{36}/i, "an agent");
  testStores(`of the requests, ${named} finds ${expected || "none"}`, (store) => {
    for (const row of ROWS) store.insertRequest(request(row));
    const found = store.requests({ limit: 10, ...filter });
    assertEquals(found.map(({ title }) => title).join(" "), expected);
  });
}

testStores("a request is read as it was written, by its id in any case, and is a copy", (store) => {
  const row = request({ title: "Ü\n", detail: "d", priority: -32_768, orgId: asked });
  store.insertRequest({ ...row, id: row.id.toUpperCase() });
  const read = store.request(row.id.toUpperCase());
  assertEquals(read, row);
  if (read) read.title = "other";
  assertEquals(store.requests({ limit: 1 }), [row]);
  assertEquals(store.request(asker), undefined);
});

testStores("a changed request is found by what it is now", (store) => {
  const row = request();
  store.insertRequest(row);
  store.updateRequest(asker, { status: "done" });
  const change = {
    status: "done",
    responderType: "user",
    responderId: "human",
    updatedAt: 5,
    respondedAt: 5,
  } as const;
  store.updateRequest(row.id, change);
  store.updateRequest(row.id, { nudgedAt: 7 });
  assertEquals(store.requests({ status: ["pending"], limit: 9 }), []);
  const found = store.requests({ status: ["done"], limit: 9 });
  assertEquals(found, [{ ...row, ...change, nudgedAt: 7 }]);
});

testStores("messages of a request come in their order, up to a number", (store) => {
  const row = request();
  store.insertRequest(row);
  const messages = ["a", "b", "c"].map((body) => messageTo(row.id, body));
  for (const message of messages) store.insertRequestMessage(message);
  store.insertRequestMessage(messageTo(asker, "of another"));
  assertEquals(store.requestMessages(row.id, 2), messages.slice(0, 2));
  assertEquals(store.requestMessages(row.id.toUpperCase(), 9), messages);
  assertEquals(store.requestMessages(asked, 9), []);
});

testStores("what the columns do not take is a failure, and stored nowhere", (store) => {
  const fails = (change: Partial<RequestRow>) =>
    assertThrows(() => store.insertRequest(request(change)), StoreError);
  fails({ id: "x" });
  fails({ title: "a\0b" });
  fails({ detail: "\0" });
  fails({ recipientId: "\0" });
  fails({ priority: 32_768 });
  fails({ priority: -32_769 });
  assertEquals(store.requests({ limit: 9 }), []);
  store.insertRequest(request({ priority: 32_767 }));
  const [row] = store.requests({ limit: 9 });
  fails({ id: row?.id ?? "" });
  const write = (body: string, requestId = asker) => () =>
    store.insertRequestMessage(messageTo(requestId, body));
  assertThrows(write("\0"), StoreError);
  assertThrows(write("a", "x"), StoreError);
  assertEquals(store.requestMessages(asker, 9), []);
  for (const read of [readOne, readMessages, change]) assertThrows(() => read(store), StoreError);
});

const readOne = (store: PlatformStore) => store.request("x");
const readMessages = (store: PlatformStore) => store.requestMessages("x", 1);
const change = (store: PlatformStore) => store.updateRequest("x", {});
