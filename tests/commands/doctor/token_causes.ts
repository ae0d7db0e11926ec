/** Causes in the token. */
import { join } from "@std/path";
import { NO_MODES } from "../../support/test_unless.ts";
import { type Cause, fails, type Stage, warns } from "./stage.ts";

/** The variable holds something else than the token. */
const inlineToken = (make: (token: string) => string) => (stage: Stage) => ({
  env: { MOLECULE_WORKSPACE_TOKEN: make(stage.token) },
});
/** The token is saved, and in no variable. */
const savedToken =
  (make: (token: string) => string | Uint8Array, mode?: number) => async (stage: Stage) => {
    await stage.writeState(".auth_token", make(stage.token), mode);
    return { env: { MOLECULE_WORKSPACE_TOKEN: undefined } };
  };

function utf16(text: string): Uint8Array {
  const units = Array.from(`\ufeff${text}\r\n`, (char) => char.charCodeAt(0));
  return new Uint8Array(Uint16Array.from(units).buffer);
}

/** The token. */
export const TOKEN_CAUSES: readonly Cause[] = [
  fails("token.missing", "there is no token", inlineToken(() => "")),
  fails("token.quotes", "the token is in quotes", inlineToken((token) => `"${token}"`)),
  fails("token.name", "the token has its name in front", inlineToken((token) => `TOKEN=${token}`)),
  fails(
    "token.bearer",
    'the token has "Bearer" in front',
    inlineToken((token) => `Bearer ${token}`),
  ),
  fails(
    "token.placeholder",
    "the token is the canvas's placeholder",
    inlineToken(() => "<ROTATE_TO_REVEAL_TOKEN>"),
  ),
  fails(
    "token.placeholder",
    "the token is a client's placeholder",
    inlineToken(() => "${env:MOLECULE_TOKEN}"),
  ),
  fails(
    "token.white_space",
    "the token has a line break in it",
    inlineToken((token) => `${token.slice(0, 20)}\n${token.slice(20)}`),
  ),
  fails(
    "token.characters",
    "the token has a letter that no header takes",
    inlineToken((token) => `${token}é`),
  ),
  warns("token.utf16", "the token's file is UTF-16", savedToken(utf16)),
  fails("token.empty", "the token's file is empty", savedToken(() => "\n")),
  fails(
    "token.not_text",
    "the token's file is no text",
    savedToken(() => new Uint8Array([0xff, 0xc0, 0x80])),
  ),
  warns("token.exposed", "others may read the token's file", savedToken((token) => token, 0o644), {
    skip: NO_MODES,
  }),
  fails("token.unreadable", "a directory is in the place of the token's file", async (stage) => {
    await Deno.mkdir(join(stage.stateDir, ".auth_token"));
    return { env: { MOLECULE_WORKSPACE_TOKEN: undefined } };
  }),
  fails("token.file_absent", "the file that a variable names is not there", (stage) => ({
    env: {
      MOLECULE_WORKSPACE_TOKEN: undefined,
      MOLECULE_WORKSPACE_TOKEN_FILE: stage.dir.at("none", "token"),
    },
  })),
  fails("token.file_path", "the variable names the token's file by a relative path", () => ({
    env: { MOLECULE_WORKSPACE_TOKEN: undefined, MOLECULE_WORKSPACE_TOKEN_FILE: "my/token" },
  })),
  warns("token.differs", "file and variable differ, and both are taken", async (stage) => {
    await stage.writeState(".auth_token", await stage.platform.createToken(stage.id));
    return {};
  }),
  fails("token.shape_unusual", "the token was cut", inlineToken((token) => token.slice(0, 30)), {
    exitCode: 3,
  }),
  fails("token.refused", "the token was revoked", (stage) => {
    stage.platform.revokeTokens(stage.id);
    return {};
  }, { exitCode: 3 }),
  fails("token.refused", "the token is another workspace's", async (stage) => {
    const other = await stage.platform.createWorkspace({ name: "Other" });
    return { env: { MOLECULE_WORKSPACE_TOKEN: other.token } };
  }, { exitCode: 3 }),
  warns("token.stale", "the saved token is stale, the variable is right", async (stage) => {
    const old = await stage.platform.createToken(stage.id);
    await stage.platform.revokeToken(old);
    await stage.writeState(".auth_token", old);
    return {};
  }),
];
