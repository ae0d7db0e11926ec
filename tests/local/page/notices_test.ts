import { assertEquals } from "@std/assert";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { startAgent, textReply } from "../agents.ts";
import { raise, respond, write } from "../requests.ts";
import { Browser, startPage } from "./browser.ts";

for (const mode of ["poll", "push"] as const) {
  Deno.test(`chat: neither the platform's notices nor answers to them are in it (${mode})`, async () => {
    await using agent = startAgent(() => textReply("Thanks for the notice"));
    const store = new MemoryStore();
    await using team = await startPage({}, { store, allowLoopbackUrls: true, nudgeIntervalMs: 0 });
    const { you, colleague, platform } = team;
    if (mode === "push") {
      const change = { deliveryMode: mode, url: agent.url, inboundSecret: "s" };
      platform.store.updateWorkspace(you.id, change);
    }
    const id = await raise(you, { recipient_type: "agent", recipient_id: colleague.id });
    await write(colleague, id);
    await respond(colleague, id);
    platform.sendAsPlatform(you.id, "A reminder", "inbox-nudge-1", { source: "platform" });
    for (let i = 0; i < 3; i++) await platform.sweep();
    assertEquals([platform.activity(you.id).length, agent.received.length], [
      3,
      mode === "push" ? 3 : 0,
    ]);
    const chatOf = async (browser: Browser) =>
      JSON.parse((await browser.get(`workspaces/${you.id}/messages`)).text).messages;
    assertEquals(await chatOf(await Browser.open(platform)), []);
    await using again = await startPage({}, { store }, "as it is");
    assertEquals(await chatOf(await Browser.open(again.platform)), []);
  });
}
