import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { PATH_DELIMITER } from "../../src/config/attach_roots.ts";
import { homeVariables, nativePath, SYSTEM_FILE } from "../support/native_path.ts";
import { NO_LINKS } from "../support/test_unless.ts";
import { ServerProcess } from "./server_process.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

/** What the agent is told when the file is not sent; nothing may have gone out then. */
async function refusal(team: TestTeam, server: ServerProcess, path: string): Promise<string> {
  const args = { message: "x", attachments: [path] };
  const { message } = await assertRejects(() => server.call("send_message_to_user", args), Error);
  const calls = team.platform.requests.map((request) => request.path);
  assert(!calls.some((call) => /chat\/uploads|notify/.test(call)), `${path}: something was sent`);
  return message;
}

async function sends(server: ServerProcess, path: string): Promise<void> {
  const text = await server.call("send_message_to_user", { message: "x", attachments: [path] });
  assertEquals(text, "Message sent to user with 1 attachment(s)", path);
}

async function write(path: string, content: string | Uint8Array): Promise<string> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeFile(
    path,
    typeof content === "string" ? new TextEncoder().encode(content) : content,
  );
  return path;
}

processTest(
  "by default files come from home, temp and working directory, and nowhere else",
  async () => {
    await using team = await testTeam();
    const home = join(team.stateDir, "home");
    const report = await write(join(home, "work", "report.csv"), "a,b");
    const key = await write(join(home, ".ssh", "id_ed25519"), "a private key");
    const netrc = await write(join(home, ".netrc"), "machine x password y");
    const closed = [SYSTEM_FILE, key, netrc];
    if (NO_LINKS === undefined) {
      await Deno.symlink(SYSTEM_FILE, join(home, "work", "list.txt"));
      await Deno.symlink(join(home, ".ssh"), join(home, "keys"));
      closed.push(join(home, "work", "list.txt"), join(home, "keys", "id_ed25519"));
    }
    await using server = await ServerProcess.start({ ...team.env, ...homeVariables(home) });
    for (const path of closed) {
      const text = await refusal(team, server, path);
      assertStringIncludes(text, "outside the directories that attachments may come from");
      assertStringIncludes(text, "set MOLECULE_ATTACH_ROOTS in the env section");
    }
    await sends(server, report);
    const temp = await Deno.makeTempFile({ prefix: "molecule-e2e-" });
    await Deno.writeTextFile(temp, "x");
    try {
      await Deno.writeTextFile(temp, "x"); // An empty file is refused.
      await sends(server, temp);
    } finally {
      await Deno.remove(temp);
    }
  },
);

processTest(
  "MOLECULE_ATTACH_ROOTS decides alone, and what a user sent may always go on",
  async () => {
    await using team = await testTeam();
    const { stateDir, id, platform } = team;
    const allowed = await write(join(stateDir, "out", ".hidden", "a.txt"), "x");
    const beside = await write(join(stateDir, "outer", "a.txt"), "x");
    await using server = await ServerProcess.start({
      ...team.env,
      MOLECULE_ATTACH_ROOTS: [nativePath("/nowhere"), join(stateDir, "out")].join(PATH_DELIMITER),
    });
    assertStringIncludes(await refusal(team, server, beside), "outside the directories");
    await sends(server, allowed);

    // A real one, as the inbox fetched it.
    const files = await platform.uploadAsUser(id, [{ name: "tides.csv", content: "06:12,4.1\n" }]);
    await platform.sendAsUser(id, "For you", files);
    const message = await server.call("wait_for_message", { timeout_secs: 20 });
    const [path = ""] = /"workspace:[^"]*chat-uploads[^"]*"/.exec(message) ?? [];
    await sends(server, JSON.parse(path)); // Written in the message as in JSON.
  },
);

processTest("a file with a live token in it stays here", async () => {
  await using team = await testTeam();
  const { platform, id, token, stateDir } = team;
  await using server = await ServerProcess.start(team.env);
  await server.call("list_peers");
  const rotated = await platform.createToken(id); // In a file, and not used yet.
  await Deno.writeTextFile(join(stateDir, ".auth_token"), `${rotated}\n`);
  const large = new Uint8Array(25 * 1024 * 1024).fill(120);
  large.set(new TextEncoder().encode(token), large.length - token.length);
  for (
    const [name, content] of [
      ["env.txt", `MOLECULE_WORKSPACE_TOKEN=${token}\n`],
      ["new.txt", `the new one is ${rotated}`],
      ["encoded.txt", btoa(`Authorization: Bearer ${token}`)],
      ["large.bin", large],
      ["other-profile.txt", `${crypto.randomUUID()}0123456\n`], // 43 characters: a token's looks.
    ] as const
  ) {
    const text = await refusal(team, server, await write(join(stateDir, name), content));
    assertStringIncludes(text, "it contains a workspace's token or secret", name);
    assert(!text.includes(token) && !text.includes(rotated), "A token shows");
  }
  for (const name of [".auth_token", "elsewhere/.auth_token"]) {
    const path = await write(join(stateDir, name), rotated);
    assertStringIncludes(await refusal(team, server, path), "molecule-mcp's own private files");
  }
  await sends(server, await write(join(stateDir, "ok.txt"), "nothing in here"));
});
