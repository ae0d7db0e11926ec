import { EXIT } from "../../cli/exit_codes.ts";
import { versionText } from "../../version.ts";
import { outcomeOf, OUTCOMES, worstOf } from "../probe/outcomes.ts";
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

/** A state directory that no command accepts: CONFIGS_DIR is a setting. */
const NO_PLACE: readonly string[] = ["state.not_directory", "state.path", "state.foreign"];

/** The exit code that a diagnosis means: that of what fails, as any command has it for that cause. */
export function exitCodeOf({ findings }: Pick<Diagnosis, "findings">): number {
  return worstOf(
    findings.filter(({ mark }) => mark === "fail").map(({ cause, area }) => {
      const outcome = outcomeOf(cause);
      if (outcome) return OUTCOMES[outcome].exitCode;
      const isSetting = area === "settings" || area === "token" || NO_PLACE.includes(cause);
      return isSetting ? EXIT.configuration : EXIT.failed;
    }),
  );
}
