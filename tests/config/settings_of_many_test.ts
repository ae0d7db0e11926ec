import { assertEquals } from "@std/assert";
import { TestDir } from "../support/test_dir.ts";
import { nativePath } from "../support/native_path.ts";
import { complete, problemsOf, settingsOf, summary } from "./support.ts";

const TWO = JSON.stringify([
  { id: "ws-b", token: "tok-b" },
  { id: "ws-a", token: "tok-a", platform_url: "https://other.example/" },
]);

/** Several workspaces, nothing else but what they need. */
function many(dir: TestDir, workspaces = TWO): Record<string, string> {
  return {
    PLATFORM_URL: "https://acme.example",
    MOLECULE_WORKSPACES: workspaces,
    CONFIGS_DIR: dir.path,
  };
}

Deno.test("each workspace has its token and its platform, the first is the primary one", async () => {
  await using dir = await TestDir.make();
  const { settings, notices } = await settingsOf({ ...many(dir), MOLECULE_ORG_ID: "org" });
  assertEquals(notices, []);
  assertEquals(settings.multiWorkspace, true);
  assertEquals(
    settings.workspaces.map(({ id, inlineToken, platformUrl }) => [
      id,
      inlineToken,
      platformUrl.base,
    ]),
    [["ws-b", "tok-b", "https://acme.example"], ["ws-a", "tok-a", "https://other.example"]],
  );
});

Deno.test("the organisation id is never sent to a platform of an entry's own", async () => {
  await using dir = await TestDir.make();
  const { settings } = await settingsOf({ ...many(dir), MOLECULE_ORG_ID: "org" });
  assertEquals(settings.workspaces.map(({ orgId }) => orgId), ["org", undefined]);
});

Deno.test("the variables of a single workspace are ignored, however wrong, and one line says so", async () => {
  await using dir = await TestDir.make();
  const { settings, notices } = await settingsOf({
    ...complete(dir),
    ...many(dir),
    WORKSPACE_ID: "Not An Id",
    MOLECULE_WORKSPACE_TOKEN_FILE: nativePath("/nowhere/token"),
  });
  assertEquals(settings.workspaces.map(({ id }) => id), ["ws-b", "ws-a"]);
  assertEquals(notices, [
    "MOLECULE_WORKSPACES is set: ignoring WORKSPACE_ID, MOLECULE_WORKSPACE_TOKEN, " +
    "MOLECULE_WORKSPACE_TOKEN_FILE",
  ]);
});

Deno.test("one wrong entry means that there is no workspace at all", async () => {
  await using dir = await TestDir.make();
  const wrong = JSON.stringify([{ id: "ws-a", token: "tok" }, { id: "WS" }]);
  assertEquals(summary(await problemsOf(many(dir, wrong))), [
    "MOLECULE_WORKSPACES invalid",
    "MOLECULE_WORKSPACES invalid",
  ]);
});

Deno.test("PLATFORM_URL stays required, and is reported together with wrong entries", async () => {
  await using dir = await TestDir.make();
  const { PLATFORM_URL: _, ...without } = many(dir);
  assertEquals(summary(await problemsOf(without)), ["PLATFORM_URL missing"]);
  assertEquals(summary(await problemsOf({ ...without, MOLECULE_WORKSPACES: "[]" })), [
    "PLATFORM_URL missing",
    "MOLECULE_WORKSPACES invalid",
  ]);
});

Deno.test("blank, it is unset: there is a single workspace", async () => {
  await using dir = await TestDir.make();
  const { settings } = await settingsOf({ ...complete(dir), MOLECULE_WORKSPACES: " " });
  assertEquals([settings.multiWorkspace, settings.workspaces[0].id], [false, "ws-1"]);
});
