import { assertEquals } from "@std/assert";
import type { ChatMessage, MessagePage } from "../../src/local/page/protocol.ts";
import { Chat } from "../../src/page/state/chat.ts";
import type { Api } from "../../src/page/wire/api.ts";

function message(seq: number): ChatMessage {
  const at = new Date(seq * 1_000).toISOString();
  return { seq, workspaceId: "w", from: "agent", text: `${seq}`, at, files: [], error: null };
}

const pageOf = (seqs: readonly number[], hasMore = false): MessagePage => ({
  messages: seqs.map(message),
  hasMore,
});

/** A chat whose pages come when the test gives them. */
function chatWith() {
  const asked: PromiseWithResolvers<MessagePage>[] = [];
  const api = {
    messages: () => {
      const page = Promise.withResolvers<MessagePage>();
      asked.push(page);
      return page.promise;
    },
  } as unknown as Api;
  const chat = new Chat("w", api);
  return {
    chat,
    /** What the platform answers, made up while an event comes. */
    refresh: async (page: MessagePage, meanwhile: readonly number[] = []) => {
      const refreshed = chat.refresh();
      for (const seq of meanwhile) chat.receive(message(seq));
      asked.pop()?.resolve(page);
      await refreshed;
    },
    fail: async (meanwhile: readonly number[]) => {
      const refreshed = chat.refresh();
      for (const seq of meanwhile) chat.receive(message(seq));
      asked.pop()?.reject(new Error("away"));
      await refreshed;
    },
    seqs: () => chat.messages.value.map(({ seq }) => seq),
  };
}

Deno.test("a message that comes while the first ones are read is not lost", async () => {
  const { chat, refresh, seqs } = chatWith();
  await refresh(pageOf([1, 2], true), [3]);
  assertEquals(seqs(), [1, 2, 3]);
  assertEquals(chat.hasMore.value, true);
});

Deno.test("one that is in both is there once", async () => {
  const { refresh, seqs } = chatWith();
  await refresh(pageOf([1, 2, 3]), [3]);
  assertEquals(seqs(), [1, 2, 3]);
});

Deno.test("after a time without connection there is no hole, though a message comes meanwhile", async () => {
  const { chat, refresh, seqs } = chatWith();
  await refresh(pageOf([1, 2]));
  await refresh(pageOf([5, 6], true), [7]);
  assertEquals(seqs(), [5, 6, 7]);
  assertEquals(chat.hasMore.value, true);
  await refresh(pageOf([7, 8], true), [9]);
  assertEquals(seqs(), [5, 6, 7, 8, 9]);
});

Deno.test("after a first reading that failed, the next one is the first", async () => {
  const { chat, fail, refresh, seqs } = chatWith();
  await fail([7]);
  await refresh(pageOf([8, 9], true));
  assertEquals(seqs(), [8, 9]);
  assertEquals(chat.hasMore.value, true);
});

Deno.test("of a chat that nobody opened nothing is kept", () => {
  const { chat, seqs } = chatWith();
  chat.receive(message(1));
  assertEquals(seqs(), []);
});
