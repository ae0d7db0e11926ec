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
  const asked: ((page: MessagePage) => void)[] = [];
  const api = {
    messages: () => new Promise<MessagePage>((resolve) => asked.push(resolve)),
  } as unknown as Api;
  const chat = new Chat("w", api);
  return {
    chat,
    /** What the platform answers, made up while an event comes. */
    refresh: async (page: MessagePage, meanwhile: readonly number[] = []) => {
      const refreshed = chat.refresh();
      for (const seq of meanwhile) chat.receive(message(seq));
      asked.pop()?.(page);
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

Deno.test("of a chat that nobody opened nothing is kept", () => {
  const { chat, seqs } = chatWith();
  chat.receive(message(1));
  assertEquals(seqs(), []);
});
