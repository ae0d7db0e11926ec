import { assertEquals } from "@std/assert";
import { runProgram } from "../cli/support.ts";
import { testUnless } from "../support/test_unless.ts";
import { NETWORK_CAUSES } from "./doctor/network_causes.ts";
import { PLATFORM_CAUSES, WORKSPACE_CAUSES } from "./doctor/platform_causes.ts";
import { SETTINGS_CAUSES, STATE_CAUSES } from "./doctor/settings_causes.ts";
import { Stage } from "./doctor/stage.ts";
import { TOKEN_CAUSES } from "./doctor/token_causes.ts";

/** What `auth status` sees as well: nothing else than the settings, the token and the platform. */
const AREAS = /^(settings|token|network)\.|^platform\.|^workspace\.(absent|removed|no_id)$/;
const NO_PLACE = ["state.not_directory", "state.path", "state.foreign"];

for (
  const { name, first, skip, platform, exitCode, build } of [
    ...SETTINGS_CAUSES,
    ...STATE_CAUSES,
    ...TOKEN_CAUSES,
    ...NETWORK_CAUSES,
    ...PLATFORM_CAUSES,
    ...WORKSPACE_CAUSES,
  ]
) {
  if (!AREAS.test(first) && !NO_PLACE.includes(first)) continue;
  testUnless(skip, `auth status ends as doctor does: ${name}`, async () => {
    await using stage = await Stage.make(platform);
    const { env: changed, world, permissions } = await build(stage);
    if (world !== undefined) return; // Only within this process.
    const env = Object.entries({ ...stage.env, ...changed })
      .flatMap(([key, value]) => value === undefined ? [] : [[key, value] as const]);
    const { code, stdout } = await runProgram({
      args: ["auth", "status"],
      env: Object.fromEntries(env),
      ...(permissions && { permissions }),
    });
    assertEquals(code, exitCode, stdout);
  });
}
