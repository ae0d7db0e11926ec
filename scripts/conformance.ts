/**
 * Runs MCP's official conformance suite against the program in dist/.
 *
 * Usage: deno task conformance [--version=2025-11-25] [--scenario=NAME]   (default: all that apply)
 *
 * `MOLECULE_TEST_PROGRAM` names an executable to run instead of dist/molecule-mcp.js. Needs Node ≥ 20
 * and npm. Exit code 1 when a scenario that applies does not pass, or when the suite knows one that
 * conformance/scenarios.ts does not list.
 *
 * @module
 */
import { startBridge } from "./conformance/bridge.ts";
import { APPLICABLE, type Applicable, NOT_APPLICABLE, strangers } from "./conformance/scenarios.ts";
import { Suite } from "./conformance/suite.ts";
import { objections } from "./conformance/verdict.ts";
import { shippedProgram } from "./shipped_program.ts";
import { smokeSandbox } from "./smoke/sandbox.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const option = (name: string) =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const [version, scenario] = [option("version"), option("scenario")];
  const program = shippedProgram(Deno.env.get("MOLECULE_TEST_PROGRAM"));
  await using suite = await Suite.fetch();
  const { unlisted, gone } = strangers(await suite.scenarios());
  for (const name of unlisted) {
    console.log(`UNLISTED  ${name}: say in scenarios.ts whether it applies`);
  }
  for (const name of gone) console.log(`GONE      ${name}: the suite no longer has it`);

  await using sandbox = await smokeSandbox();
  const { agent, platform, stateDir, cwd } = sandbox;
  const env = {
    WORKSPACE_ID: agent.id,
    PLATFORM_URL: platform.url,
    MOLECULE_WORKSPACE_TOKEN: agent.token,
    CONFIGS_DIR: stateDir,
  };
  await using bridge = startBridge(program, { env, cwd });
  let [passed, failed] = [0, 0];
  for (const [applicable, itsVersion] of APPLICABLE.flatMap(inEachVersion)) {
    if (version !== undefined && itsVersion !== version) continue;
    if (scenario !== undefined && applicable.name !== scenario) continue;
    const { checks } = await suite.run(applicable.name, itsVersion, bridge.url);
    const wrong = objections(checks, applicable.except);
    if (wrong.length === 0) passed += 1;
    else failed += 1;
    const what = `${itsVersion}  ${applicable.name}`;
    console.log(`${wrong.length === 0 ? "ok    " : "FAILED"}  ${what} (${checks.length} checks)`);
    for (const objection of wrong) console.log(`          ${objection}`);
  }
  console.log(
    `${program.name}: ${passed} passed, ${failed} failed, ${NOT_APPLICABLE.size} do not apply`,
  );
  return failed + unlisted.length + gone.length + (passed === 0 ? 1 : 0) === 0 ? 0 : 1;
}

function inEachVersion(applicable: Applicable): [Applicable, string][] {
  return applicable.versions.map((version) => [applicable, version]);
}
