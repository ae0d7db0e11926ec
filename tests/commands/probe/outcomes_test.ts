import { assert, assertEquals } from "@std/assert";
import { exitCodeOf as exitCodeOfDiagnosis } from "../../../src/commands/doctor/report.ts";
import { checkPlatform, exitCodeOf } from "../../../src/commands/probe/check_platform.ts";
import { outcomeOf, OUTCOMES, worstOf } from "../../../src/commands/probe/outcomes.ts";
import { parsePlatformUrl } from "../../../src/config/platform_url.ts";
import { NETWORK_CAUSES } from "../doctor/network_causes.ts";
import { PLATFORM_CAUSES, WORKSPACE_CAUSES } from "../doctor/platform_causes.ts";
import { reading, Stage } from "../doctor/stage.ts";
import { TOKEN_CAUSES } from "../doctor/token_causes.ts";
import { testUnless } from "../../support/test_unless.ts";

const CAUSES = [...TOKEN_CAUSES, ...NETWORK_CAUSES, ...PLATFORM_CAUSES, ...WORKSPACE_CAUSES];

/** What only a process of its own shows, and what other commands do not come to. */
for (const cause of CAUSES.filter(({ first }) => outcomeOf(first) !== undefined)) {
  testUnless(
    cause.skip,
    `the same words and exit code as the doctor's: ${cause.name}`,
    async () => {
      await using stage = await Stage.make(cause.platform);
      const { env, world, isProcess } = await cause.build(stage);
      if (isProcess) return;
      const all: Record<string, string | undefined> = { ...stage.env, ...env };
      const url = parsePlatformUrl(all["PLATFORM_URL"] ?? "");
      if ("problem" in url) throw new Error(url.problem);
      const orgId = all["MOLECULE_ORG_ID"];
      const check = await checkPlatform({
        id: all["WORKSPACE_ID"] ?? "",
        platformUrl: url,
        token: all["MOLECULE_WORKSPACE_TOKEN"] ?? stage.token,
        ...(orgId !== undefined && { orgId }),
      }, {
        signal: new AbortController().signal,
        read: reading(all),
        ...(world?.askMs !== undefined && { askMs: world.askMs }),
      });
      assert(check.outcome !== "accepted");
      assertEquals([check.cause, check.outcome], [cause.first, outcomeOf(cause.first)]);
      assertEquals(exitCodeOf(check), cause.exitCode);
    },
  );
}

Deno.test("what fails has the same exit code in a diagnosis as elsewhere", () => {
  for (const cause of ["token.refused", "workspace.absent", "network.dns", "platform.trouble"]) {
    const outcome = outcomeOf(cause);
    assert(outcome);
    const finding = { mark: "fail", area: "network", cause, text: "" } as const;
    const code = exitCodeOfDiagnosis({ findings: [finding] });
    assertEquals(code, OUTCOMES[outcome].exitCode);
  }
});

Deno.test("of several codes the one that most needs a person counts", () => {
  assertEquals([worstOf([]), worstOf([0, 1]), worstOf([1, 2]), worstOf([1, 3, 2])], [0, 1, 2, 3]);
  assertEquals(outcomeOf("constructor"), undefined);
});
