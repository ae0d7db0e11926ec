import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findToken } from "../../src/config/check_token.ts";
import { TestDir } from "../support/test_dir.ts";
import { environment } from "./support.ts";
import { NO_LINKS, NO_NAMED_PIPES, testUnless } from "../support/test_unless.ts";

const TOKEN = "MOLECULE_WORKSPACE_TOKEN";
const TOKEN_FILE = "MOLECULE_WORKSPACE_TOKEN_FILE";

function find(variables: Record<string, string>, stateDir?: string) {
  return findToken(environment(variables), stateDir);
}

/** What is wrong with a token file that holds this. */
async function faultOf(content: string | Uint8Array): Promise<string> {
  await using dir = await TestDir.make();
  const path = await dir.write("token", content);
  return await faultAt(path);
}

/** What is wrong with this token file; a good saved token lies beside it. */
async function faultAt(path: string): Promise<string> {
  await using state = await TestDir.make();
  await state.write(".auth_token", "saved-token");
  const { settings, problems } = await find({ [TOKEN_FILE]: path }, state.path);
  assertEquals(settings, {});
  assertEquals(problems.map(({ variable, kind }) => [variable, kind]), [[TOKEN_FILE, "invalid"]]);
  const message = problems[0]?.message ?? "";
  assertStringIncludes(message, path);
  return message;
}

Deno.test("the variable is taken", async () => {
  assertEquals(await find({ [TOKEN]: "tok" }), { settings: { inlineToken: "tok" }, problems: [] });
});

Deno.test("the variable counts before a token file, which may even be broken", async () => {
  const { settings, problems } = await find({ [TOKEN]: "tok", [TOKEN_FILE]: "/nowhere/token" });
  assertEquals(settings, { inlineToken: "tok", tokenFile: "/nowhere/token" });
  assertEquals(problems, []);
});

Deno.test("a token that no header can carry is refused and not repeated", async () => {
  for (const token of ["two words", "tok\nen", "tokén", "t".repeat(4097)]) {
    const { settings, problems } = await find({ [TOKEN]: token });
    assertEquals(settings, {});
    assertEquals(problems.map(({ variable, kind }) => [variable, kind]), [[TOKEN, "invalid"]]);
    assert(!problems[0]?.message.includes(token));
  }
});

Deno.test("the platform's placeholder is refused by name, in the variable and in the file", async () => {
  const { settings, problems } = await find({ [TOKEN]: "<ROTATE_TO_REVEAL_TOKEN>" });
  assertEquals([settings, problems.length], [{}, 1]);
  for (const message of [problems[0]?.message ?? "", await faultOf("<ROTATE_TO_REVEAL_TOKEN>\n")]) {
    assertStringIncludes(message, "it is <ROTATE_TO_REVEAL_TOKEN>, which only stands for a token");
    assertStringIncludes(message, "rotate the token in the canvas");
  }
});

Deno.test("a token file is read, and white space around its token does not matter", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("token", "\n tok-1 \r\n");
  assertEquals(await find({ [TOKEN_FILE]: path }), { settings: { tokenFile: path }, problems: [] });
});

testUnless(NO_LINKS, {
  name: "a token file may be a link, as mounted secrets are",
  fn: async () => {
    await using dir = await TestDir.make();
    await Deno.symlink(await dir.write("token", "tok-1"), dir.at("link"));
    assertEquals((await find({ [TOKEN_FILE]: dir.at("link") })).problems, []);
  },
});

Deno.test("a broken token file is reported, never replaced by the saved token", async () => {
  assertStringIncludes(await faultAt("/nowhere/token"), "does not exist");
  assertStringIncludes(await faultOf(""), "is empty");
  assertStringIncludes(await faultOf(" \n\t"), "is empty");
  assertStringIncludes(await faultOf(new Uint8Array([0x74, 0xff, 0xfe])), "expected UTF-8 text");
  assertStringIncludes(await faultOf("secretA secretB"), "white space or a line break");
  assertStringIncludes(await faultOf("secretA\nsecretB"), "white space or a line break");
  assertStringIncludes(await faultOf("sécret"), "characters other than visible ASCII");
});

Deno.test("what is in a broken token file is not repeated", async () => {
  for (const content of ["secretA secretB", "secretA\u00e9"]) {
    assert(!(await faultOf(content)).includes("secretA"));
  }
});

Deno.test("a directory is not a token file", async () => {
  await using dir = await TestDir.make();
  assertStringIncludes(await faultAt(dir.path), "expected a regular file");
});

testUnless(NO_NAMED_PIPES, {
  name: "a named pipe is no token file, and nothing waits for its writer",
  fn: async () => {
    await using dir = await TestDir.make();
    await new Deno.Command("mkfifo", { args: [dir.at("pipe")] }).output();
    assertStringIncludes(await faultAt(dir.at("pipe")), "expected a regular file");
  },
});

Deno.test("a saved token satisfies the requirement", async () => {
  await using state = await TestDir.make();
  await state.write(".auth_token", "saved-token\n");
  assertEquals(await find({}, state.path), { settings: {}, problems: [] });
});

Deno.test("without any token it is missing; a blank or odd saved one does not count", async () => {
  const missing = [{ variable: TOKEN, kind: "missing", message: "not set" } as const];
  await using state = await TestDir.make();
  assertEquals((await find({})).problems, missing);
  assertEquals((await find({}, state.path)).problems, missing);
  const path = await state.write(".auth_token", " \n");
  const [first, empty] = (await find({}, state.path)).problems;
  assertEquals(first, missing[0]);
  assertStringIncludes(empty?.message ?? "", `the saved token's file ${path} is empty`);
  await Deno.remove(state.at(".auth_token"));
  await Deno.mkdir(state.at(".auth_token"));
  assertEquals((await find({}, state.path)).problems, missing);
});

Deno.test("what was pasted around a token is reported, in the variable and in a file", async () => {
  for (
    const [text, expected] of [
      ['"tok"', "it is in quotes"],
      ["export MOLECULE_WORKSPACE_TOKEN=tok", "it has the form NAME=value"],
    ] as const
  ) {
    const { settings, problems } = await find({ [TOKEN]: text });
    assertEquals(settings, {});
    assertStringIncludes(problems[0]?.message ?? "", expected);
    assertStringIncludes(await faultOf(`${text}\n`), expected);
  }
});
