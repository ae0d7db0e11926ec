import { smoke } from "../../scripts/smoke.ts";
import { LIMITS, type Limits } from "../../scripts/smoke/limits.ts";
import { PROBES } from "../../scripts/smoke/probes.ts";
import { BUNDLE } from "../e2e/program.ts";
import { testFile } from "./testing.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

/** Those that start a session again: what is wrong with every session would be found in each. */
const FURTHER = ["environment", "500 messages"];

/**
 * What the smoke finds wrong with an impostor.
 *
 * @param expected the finding, which begins with the probe's name; nothing else may be found
 */
export async function findings(
  mode: string,
  expected = "",
  limits: Limits = LIMITS,
): Promise<string> {
  const probes = PROBES.filter(({ name }) =>
    expected === "" || !FURTHER.includes(name) || expected.startsWith(`${name}:`)
  );
  const { failures } = await smoke(
    {
      name: mode,
      command: denoCommand(),
      args: ["run", "--no-config", "-A", testFile("impostor.ts"), mode, BUNDLE],
    },
    limits,
    probes,
  );
  return failures.join("\n");
}
