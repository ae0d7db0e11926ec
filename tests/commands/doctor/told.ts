/** Has the doctor look at a stage, in this process or as what ships. */
import { assertEquals } from "@std/assert";
import { diagnose } from "../../../src/commands/doctor/diagnose.ts";
import type { Finding } from "../../../src/commands/doctor/finding.ts";
import { exitCodeOf } from "../../../src/commands/doctor/report.ts";
import { runProgram } from "../../cli/support.ts";
import { type Difference, healthyProgram, reading, type Stage, withEntry } from "./stage.ts";

/** What the doctor says of a machine. */
export interface Told {
  readonly exitCode: number;
  readonly first?: Finding;
  readonly findings: readonly Finding[];
}

/** What the doctor says of a stage with this difference. */
export async function told(stage: Stage, difference: Difference = {}): Promise<Told> {
  const env = { ...stage.env, ...difference.env };
  if (difference.isProcess) return await toldByProgram(env, difference);
  const diagnosis = await diagnose({
    read: reading(env),
    signal: new AbortController().signal,
    containerDir: stage.dir.at("none"),
    program: () => healthyProgram(),
    clients: withEntry(),
    ...difference.world,
  });
  return { ...diagnosis, exitCode: exitCodeOf(diagnosis) };
}

async function toldByProgram(
  env: Readonly<Record<string, string | undefined>>,
  { permissions }: Difference,
): Promise<Told> {
  const { code, stdout, stderr } = await runProgram({
    args: ["doctor", "--json"],
    env: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
    ),
    ...(permissions && { permissions }),
  });
  assertEquals(stderr, "");
  const report = JSON.parse(stdout);
  return { exitCode: code, first: report.first ?? undefined, findings: report.checks };
}
