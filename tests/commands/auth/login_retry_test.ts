import { assertEquals, assertStringIncludes } from "@std/assert";
import { connection, ENTER, FIRST, PASTE, terminalTest } from "./terminal_stage.ts";

const WRONG = "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE";
const GIVE_UP = { expect: "press Enter alone to give up" };
const TOKEN = { expect: "Token" };

terminalTest("a refused token can be entered again", async (stage) => {
  const { lead } = stage;
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage).replace(lead.token, WRONG)),
    ENTER,
    { expect: "refuses the token" },
    GIVE_UP,
    TOKEN,
    { send: WRONG },
    ENTER,
    { expect: "That is the token that was refused." },
    TOKEN,
    { send: "two words" },
    ENTER,
    { expect: "white space" },
    TOKEN,
    PASTE(`export MOLECULE_WORKSPACE_TOKEN="${lead.token}" \n`),
    ENTER,
    { expect: "install" },
  ]);
  assertEquals(code, 0, shown);
  assertEquals(stage.saved(".auth_token"), lead.token);
});

terminalTest("three times, then it ends with the exit code of a refusal", async (stage) => {
  const again = ["a", "b", "c"].flatMap((sign) => [
    GIVE_UP,
    TOKEN,
    { send: WRONG.replace(/^./, sign) },
    ENTER,
    { expect: "refuses the token" },
  ]);
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage).replace(stage.lead.token, WRONG)),
    ENTER,
    ...again,
    { expect: "Nothing was saved." },
  ]);
  assertEquals(code, 3, shown);
  assertEquals(stage.saved("settings.json"), undefined);
});

terminalTest("a name is no id, and each value is checked when it is entered", async (stage) => {
  const { platform, lead } = stage;
  const { code, shown } = await stage.play([
    { expect: FIRST },
    { send: "lead" },
    ENTER,
    { expect: `got "lead", perhaps its name` },
    { expect: FIRST },
    { send: `\x1b[A\x1b[D${lead.id}x\x7f` },
    ENTER,
    { expect: "Platform URL:" },
    { send: "http://acme.example" },
    ENTER,
    { expect: "unprotected" },
    { expect: "Platform URL:" },
    { send: `${platform.url.replace("http://", "")}/workspaces/${lead.id}?tab=tokens` },
    ENTER,
    { expect: `The platform's address is ${platform.url}` },
    TOKEN,
    { send: `\u00e9\u4f60\u{1f44d}\u{1f3fd}\x7f\x7f\x7f${lead.token} ` },
    ENTER,
    { expect: "install" },
  ]);
  assertEquals(code, 0, shown);
  assertEquals(shown.includes("WORKSPACE_ID"), false, shown);
});

terminalTest("a flag that is wrong is named, and its value asked for", async (stage) => {
  const { platform, lead } = stage;
  const { code, shown } = await stage.play([
    { expect: "--workspace-id: expected" },
    { expect: "Workspace id:" },
    { send: lead.id },
    ENTER,
    TOKEN,
    PASTE(connection(stage)),
    ENTER,
    { expect: "install" },
  ], ["--workspace-id", "lead", "--platform-url", platform.url]);
  assertEquals(code, 0, shown);
});

terminalTest("what nobody set is not named by its variable", async (stage) => {
  const { shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage).replace(stage.platform.url, "http://127.0.0.1:9")),
    ENTER,
    { expect: `Enter or "save":` },
    { send: "\x04" },
    { expect: "nothing was saved." },
  ]);
  assertStringIncludes(shown.replaceAll("\r\n", " "), "the platform's URL");
  assertEquals(shown.includes("PLATFORM_URL"), false, shown);
});
