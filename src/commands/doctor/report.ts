import { EXIT } from "../../cli/exit_codes.ts";
import { versionText } from "../../version.ts";
import type { Diagnosis } from "./diagnose.ts";

/** What `--json` prints (src/commands/README.md, "doctor --json"). */
export function reportOf({ findings, first }: Diagnosis, exitCode: number, nowMs: number) {
  return {
    version: versionText(),
    deno: Deno.version.deno,
    system: { os: Deno.build.os, arch: Deno.build.arch },
    checked_at: new Date(nowMs).toISOString(),
    exit_code: exitCode,
    first: first ?? null,
    checks: findings,
  };
}

/** The exit code that a diagnosis means. */
export function exitCodeOf({ findings, hasTarget }: Diagnosis): number {
  const failed = findings.filter(({ mark }) => mark === "fail");
  if (failed.length === 0) return EXIT.ok;
  if (failed.some(({ cause }) => /^token\.(refused|organisation)$/.test(cause))) {
    return EXIT.refused;
  }
  if (!hasTarget && failed.some(({ area }) => area === "settings")) return EXIT.configuration;
  return EXIT.failed;
}
