import { assert, assertEquals, assertNotMatch } from "@std/assert";
import fc from "fast-check";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import { channelMeta } from "../../../src/mcp/push/channel_message.ts";
import { ACTIVITY, CARD, fromPeer, fromUser, nasty, odd, PEER } from "./made_up_messages.ts";

Deno.test("good values pass unchanged", () => {
  assertEquals(
    channelMeta(fromPeer({ peer_name: "Ada", peer_role: "ops", agent_card_url: CARD })),
    {
      kind: "peer_agent",
      peer_id: PEER,
      method: "message/send",
      activity_id: ACTIVITY,
      ts: "2026-05-04T10:20:30.123456Z",
      agent_card_url: CARD,
      peer_name: "Ada",
      peer_role: "ops",
    },
  );
});

Deno.test("a user's message has no peer fields, even if the row has", () => {
  const meta = channelMeta(fromUser({ peer_name: "Ada", peer_role: "ops", agent_card_url: CARD }));
  assertEquals(Object.keys(meta), ["kind", "peer_id", "method", "activity_id", "ts"]);
  assertEquals(meta.peer_id, "");
});

Deno.test("empty fields stay empty", () => {
  const meta = channelMeta(fromUser({ activity_id: "", method: "", created_at: "" }));
  assertEquals([meta.activity_id, meta.method, meta.ts], ["", "", ""]);
});

const GATES: [what: string, changes: Partial<InboxMessage>, field: string][] = [
  ["an unknown kind", { kind: odd.kind('x" injected="1') }, "kind"],
  ["an unknown method", { method: "message/delete" }, "method"],
  ["an activity id that is no UUID", { activity_id: "act-742" }, "activity_id"],
  ["an activity id in capitals", { activity_id: ACTIVITY.toUpperCase() }, "activity_id"],
  ["a time that is no time", { created_at: "yesterday" }, "ts"],
  ["a time without its zone", { created_at: "2026-05-04T10:20:30" }, "ts"],
  ["a time with something after it", { created_at: '2026-05-04T10:20:30Z" x="' }, "ts"],
  ["a peer id that is no UUID", { peer_id: "ws-a" }, "peer_id"],
  ["a peer id that climbs", { peer_id: "../../registry" }, "peer_id"],
];
for (const [what, changes, name] of GATES) {
  Deno.test(`${what} is left empty`, () => {
    const meta = channelMeta(fromPeer({ agent_card_url: CARD, peer_name: "Ada", ...changes }));
    assertEquals(meta[name], "");
    // Nothing is said about a peer that is none.
    if (name === "peer_id") assert(!("agent_card_url" in meta) && !("peer_name" in meta));
  });
}

Deno.test("a peer id in capitals is canonicalised", () => {
  assertEquals(channelMeta(fromPeer({ peer_id: ` ${PEER.toUpperCase()} ` })).peer_id, PEER);
});

for (
  const url of [
    "",
    "no url",
    "javascript:alert(1)",
    'https://a"b/',
    "https://a'b/",
    "https://a/b'c",
    "https://a/[b]",
    "https://a/?{b}",
  ]
) {
  Deno.test(`${JSON.stringify(url)} is no card's URL`, () => {
    assert(!("agent_card_url" in channelMeta(fromPeer({ agent_card_url: url }))));
  });
}

Deno.test("hosts by name and by address, ports, queries and umlauts are fine in a card's URL", () => {
  const shown = (url: string) => channelMeta(fromPeer({ agent_card_url: url })).agent_card_url;
  for (
    const url of ["http://[::1]:8080/a", "https://10.0.0.1/a?b=c&d=%20#e", "https://a.b-c.de/"]
  ) {
    assertEquals(shown(url), url);
  }
  assertEquals(shown("https://ex.org/ä"), "https://ex.org/%C3%A4");
});

Deno.test("property: every attribute of every message is a string", () => {
  fc.assert(fc.property(
    fc.record({
      kind: fc.constantFrom("canvas_user", "peer_agent", "delegation_result", "platform"),
      method: fc.string(),
      peer_id: fc.constantFrom("", PEER),
      peer_name: fc.string(),
      attachments: fc.array(fc.record({ kind: fc.string(), claimed_uri: fc.string() })),
    }),
    (row) => {
      const meta = channelMeta(fromUser({ ...row, kind: odd.kind(row.kind) }));
      assert(Object.values(meta).every((value) => typeof value === "string"));
      assert(!("source" in meta));
    },
  ));
});

Deno.test("the workspace that the message arrived at is named when there are several", () => {
  assertEquals(
    channelMeta(fromUser({ arrival_workspace_id: "ws-b" })).arrival_workspace_id,
    "ws-b",
  );
  assert(!("arrival_workspace_id" in channelMeta(fromUser())));
});

const almostUrl = fc.tuple(fc.constantFrom("http://", "https://", "https://h/", ""), nasty)
  .map(([start, rest]) => start + rest);

Deno.test("no meta value holds control characters, brackets or quotes, whatever the row holds", () => {
  fc.assert(fc.property(
    fc.record({
      activity_id: nasty,
      kind: nasty.map(odd.kind),
      method: nasty,
      created_at: nasty,
      peer_id: fc.oneof(fc.constant(PEER), nasty),
      peer_name: nasty,
      peer_role: nasty,
      agent_card_url: almostUrl,
    }),
    (row) => {
      for (const [name, value] of Object.entries(channelMeta(fromUser(row)))) {
        assertNotMatch(String(value), /[\p{Cc}[\]<>{}"'`]/u, name);
      }
    },
  ));
});
