import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { startTeam, type Team } from "../team.ts";
import { fastTimers, givenUp } from "../timers.ts";

function shown({ platform, lead }: Team) {
  return platform.userMessages(lead.id).map(({ message, attachments }) => [message, attachments]);
}

async function fileIn(team: Team, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(team.agent.stateDir, name);
  await Deno.writeFile(
    path,
    typeof content === "string" ? new TextEncoder().encode(content) : content,
  );
  return path;
}

Deno.test("a message appears on the user's canvas", async () => {
  await using team = await startTeam();
  const { text, structured } = await team.agent.ok("send_message_to_user", { message: "Done." });
  assertEquals([text, structured], ["Message sent to user", { sent: true, attachments: 0 }]);
  assertEquals(shown(team), [["Done.", []]]);
  assertEquals(JSON.parse(team.platform.requests[0]?.body ?? ""), { message: "Done." });
});

Deno.test("a blank message is not sent, not even with files", async () => {
  await using team = await startTeam();
  const path = await fileIn(team, "a.csv", "x");
  for (const args of [{}, { message: "" }, { message: " \n", attachments: [path] }]) {
    assertEquals(
      await team.agent.error("send_message_to_user", args),
      "Error: message is required",
    );
  }
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("files are uploaded, shown with the message, and remembered as one's own", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const csv = await fileIn(team, "tide table.csv", "06:12,4.1\n");
  const plain = await fileIn(team, "plain", "x");
  const { text, structured } = await agent.ok("send_message_to_user", {
    message: "The tides",
    attachments: [csv, ` ${plain} `],
  });
  assertEquals(text, "Message sent to user with 2 attachment(s)");
  assertEquals(structured, { sent: true, attachments: 2 });
  const [message] = platform.userMessages(team.lead.id);
  assertEquals(
    message?.attachments.map(({ name, mimeType, size }) => ({ name, mimeType, size })),
    [
      { name: "tide_table.csv", mimeType: "text/csv", size: 10 },
      { name: "plain", mimeType: "application/octet-stream", size: 1 },
    ],
  );
  assertEquals(agent.inbox.sentFiles, message?.attachments.map(({ uri }) => uri));
  assertEquals(platform.requests.length, 2, "one upload, one message");
});

Deno.test("objects name files too, and files that are on the platform already; the order is kept", async () => {
  await using team = await startTeam();
  const first = await fileIn(team, "first.txt", "1");
  const last = await fileIn(team, "last.txt", "3");
  await team.agent.ok("send_message_to_user", {
    message: "Three",
    attachments: [
      { path: first },
      { uri: "workspace:/x", name: "second.png", mime_type: "image/png", size: 5, extra: true },
      { file_path: last },
    ],
  });
  const [message] = team.platform.userMessages(team.lead.id);
  assertEquals(message?.attachments.map(({ name }) => name), [
    "first.txt",
    "second.png",
    "last.txt",
  ]);
  assertEquals(message?.attachments[1], {
    uri: "workspace:/x",
    name: "second.png",
    mimeType: "image/png",
    size: 5,
  });
});

Deno.test("an upload is reported as progress, its absence is not", async () => {
  await using team = await startTeam();
  const path = await fileIn(team, "a.csv", "x");
  for (const [attachments, expected] of [[[], []], [[path], ["Uploading 1 file(s)"]]]) {
    const notes: string[] = [];
    await team.agent.ok("send_message_to_user", { message: "x", attachments }, {
      progress: (note) => notes.push(note),
    });
    assertEquals(notes, expected);
  }
});

Deno.test("a cancelled call ends its upload, and the user sees nothing", async () => {
  await using team = await startTeam();
  const path = await fileIn(team, "a.csv", "x");
  using _slow = fastTimers(0.01);
  team.platform.faults.use(({ path }) => path.endsWith("/chat/uploads") ? "hang" : undefined);
  const arrived = team.platform.nextRequest();
  const cancel = new AbortController();
  const call = team.agent.error("send_message_to_user", { message: "x", attachments: [path] }, {
    signal: cancel.signal,
  });
  const ended = call.then((text) => Promise.reject(new Error(`Ended before its upload: ${text}`)));
  const upload = await Promise.race([arrived, ended]);
  ended.catch(() => {}); // From here on the call is meant to end.
  cancel.abort();
  await givenUp(upload);
  assertStringIncludes(await call, "cancelled");
  assertEquals(shown(team), []);
});

Deno.test("when the upload fails the user sees nothing", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const path = await fileIn(team, "a.csv", "x");
  const args = { message: "The tides", attachments: [path] };
  const answers: [() => Response | "drop", string][] = [
    [() => Response.json({ error: "could not team files" }, { status: 500 }), "answered 500"],
    [() => Response.json({ error: "file exceeds per-file cap" }, { status: 413 }), "answered 413"],
    [() => Response.json({ files: [] }), "not a list of 1 uploaded file(s)"],
    [() => Response.json({ files: [{ uri: "x" }] }), "not an uploaded file with uri and name"],
    [() => new Response("<html></html>"), "not a list of 1 uploaded file(s)"],
    [() => "drop", "broke before the answer was complete"],
  ];
  for (const [answer, expected] of answers) {
    const end = platform.faults.use(({ path }) =>
      path.endsWith("/chat/uploads") ? answer() : undefined
    );
    assertStringIncludes(await agent.error("send_message_to_user", args), expected);
    end();
  }
  assertEquals(shown(team), []);
  assertEquals(agent.inbox.sentFiles, []);
});

Deno.test("a message that fails after the upload is reported as a failure", async () => {
  await using team = await startTeam();
  const path = await fileIn(team, "a.csv", "x");
  team.platform.faults.use(({ path }) =>
    path.endsWith("/notify")
      ? Response.json({ error: "internal error" }, { status: 500 })
      : undefined
  );
  assertStringIncludes(
    await team.agent.error("send_message_to_user", { message: "x", attachments: [path] }),
    "Error: send_message_to_user failed: ",
  );
});

Deno.test("a workspace that may not talk to the user learns what to do instead", async () => {
  await using team = await startTeam({ lead: { abilities: { talkToUser: false } } });
  assertEquals(
    await team.agent.error("send_message_to_user", { message: "x" }),
    "Error: this workspace is not allowed to message the user (talk_to_user_disabled). " +
      "Delegate to a workspace that may talk to the user, for example the parent. " +
      "Use delegate_task to hand your message to a supervisor workspace instead",
  );
});

Deno.test("the platform's hint is cleaned, and may be missing", async () => {
  await using team = await startTeam();
  const error = "talk_to_user_disabled";
  for (
    const [body, expected] of [
      [{ error, hint: "ask\u202e\x1b[2J Bob" }, " ask[2J Bob. Use delegate_task"],
      [{ error }, "(talk_to_user_disabled). Use delegate_task"],
    ] as const
  ) {
    const end = team.platform.faults.use(() => Response.json(body, { status: 403 }));
    assertStringIncludes(
      await team.agent.error("send_message_to_user", { message: "x" }),
      expected,
    );
    end();
  }
});

Deno.test("another refusal is not taken for that one", async () => {
  await using team = await startTeam();
  team.platform.faults.use(() => Response.json({ error: "suspended" }, { status: 403 }));
  const text = await team.agent.error("send_message_to_user", { message: "x" });
  assertStringIncludes(text, "answered 403: suspended");
  assert(!text.includes("talk_to_user_disabled"));
});

Deno.test("a file of the largest size goes up", async () => {
  await using team = await startTeam();
  const path = join(team.agent.stateDir, "big.bin");
  await Deno.writeFile(path, new Uint8Array(25 * 1024 * 1024));
  const { structured } = await team.agent.ok("send_message_to_user", {
    message: "The film",
    attachments: [path],
  });
  assertEquals(structured?.attachments, 1);
  const [message] = team.platform.userMessages(team.lead.id);
  assertEquals(message?.attachments[0]?.size, 25 * 1024 * 1024);
});
