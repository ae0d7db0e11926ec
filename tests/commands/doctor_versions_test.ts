import { assertEquals } from "@std/assert";
import type { LocalPlatformOptions } from "../../src/local/start.ts";
import { Stage } from "./doctor/stage.ts";
import { told } from "./doctor/told.ts";

const ORGANISATION = "0b8f6f1e-5f0a-4f0e-9c55-2f5b7f1f4a10";

/** Every version of the platform, with and without an organisation. */
const PLATFORMS: readonly LocalPlatformOptions[] = (["n1", "n2", "n3"] as const).flatMap((
  version,
) => [{ version }, { version, orgId: ORGANISATION }]);

for (const options of PLATFORMS) {
  const hosted = options.orgId === undefined ? "" : ", hosted";
  Deno.test(`nothing is wrong with a platform of version ${options.version}${hosted}`, async () => {
    await using stage = await Stage.make(options);
    const env = options.orgId === undefined ? {} : { MOLECULE_ORG_ID: options.orgId };
    const { exitCode, first } = await told(stage, { env });
    assertEquals(first, undefined);
    assertEquals(exitCode, 0);
  });
}

Deno.test("only tokens of the Tokens tab: one that is wrong is refused all the same", async () => {
  await using stage = await Stage.make();
  stage.platform.revokeTokens(stage.id);
  await stage.platform.createToken(stage.id, undefined, "api");
  const { first, exitCode } = await told(stage);
  assertEquals(first?.cause, "token.refused");
  assertEquals(exitCode, 3);
});
