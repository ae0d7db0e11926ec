import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { checkedConnection } from "../../../src/commands/auth/given_connection.ts";
import { LoginEnded } from "../../../src/commands/auth/login_ended.ts";
import { runProgram } from "../../cli/support.ts";
import { TestDir } from "../../support/test_dir.ts";

const TOKEN = "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE";
const ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";
const NASTY = "\x1b]0;owned\x07\x9b31m\u202e";
const GOOD = { workspace_id: ID, platform_url: "http://127.0.0.1:9" };
const WRONG: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a token as workspace_id": { ...GOOD, workspace_id: TOKEN },
  "a token in lower case as workspace_id": { ...GOOD, workspace_id: TOKEN.toLowerCase() },
  "a token as platform_url": { ...GOOD, platform_url: TOKEN },
  "a token as the platform's host": { ...GOOD, platform_url: `http://${TOKEN}` },
  "a token as the platform's secure host": { ...GOOD, platform_url: `https://${TOKEN}.invalid` },
  "a password in platform_url": { ...GOOD, platform_url: `https://user:${TOKEN}@host.invalid` },
  "a token in platform_url's path": { ...GOOD, platform_url: `http://127.0.0.1:9/${TOKEN}` },
  "a token as org_id": { ...GOOD, org_id: TOKEN },
  "escape codes in workspace_id": { ...GOOD, workspace_id: NASTY },
  "escape codes in platform_url": { ...GOOD, platform_url: `https://${NASTY}` },
};

for (const [what, settings] of Object.entries(WRONG)) {
  for (const token of [undefined, "short-token", TOKEN]) {
    Deno.test(`auth status does not show ${what}, ${token?.length ?? "no"} token`, async () => {
      await using home = await TestDir.make();
      await Deno.mkdir(home.at("state"), { mode: 0o700 });
      await home.write("state/settings.json", JSON.stringify({ version: 1, ...settings }));
      const env: Record<string, string> = { CONFIGS_DIR: home.at("state") };
      if (token !== undefined) env.MOLECULE_WORKSPACE_TOKEN = token;
      for (const args of [["auth", "status"], ["auth", "status", "--json"]]) {
        const { stdout, stderr } = await runProgram({ args, env });
        const output = stdout + stderr;
        assert(!output.toLowerCase().includes(TOKEN.toLowerCase()), output);
        // deno-lint-ignore no-control-regex
        assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(output), JSON.stringify(output));
        const isIdWrong = [TOKEN, NASTY].includes(settings.workspace_id ?? "");
        if (isIdWrong) assert(!/^ok +workspace/m.test(output), output);
        const isUrlWrong = !URL.canParse(settings.platform_url ?? "") ||
          /user:/.test(settings.platform_url ?? "");
        if (isUrlWrong) assert(!/^ok +platform/m.test(output), output);
      }
    });
  }
}

Deno.test("an organisation id that looks like a token is refused", () => {
  const connection = { workspaceId: ID, platformUrl: "https://acme.example" };
  for (const [token, orgId] of [["short-token", "short-token"], [TOKEN, TOKEN], ["other", TOKEN]]) {
    try {
      checkedConnection({ ...connection, token, orgId });
    } catch (error) {
      assert(error instanceof LoginEnded);
      assertStringIncludes(error.message, "it looks like a token");
      assert(!error.message.includes(TOKEN));
      continue;
    }
    assert(false, "It was taken");
  }
  const org = "org_01HXYZABCDEFGHJKMNPQRSTVWX";
  assertEquals(checkedConnection({ ...connection, token: TOKEN, orgId: org }).orgId, org);
});
