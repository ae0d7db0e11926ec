import type { ErrorReport } from "./server_report.ts";

/** What failed because of it stands before what is wrong (src/presence, src/inbox/fetching). */
const CONSEQUENCE = /^[^:]{0,60}\bworkspace ([^\s:]+)[^:]{0,40}: (.+)$/s;

/**
 * Each problem once: one platform that is away lets the heartbeat fail and the inbox as well. The first
 * line of each stands for the others, with the newest time.
 */
export function distinctProblems(errors: readonly ErrorReport[]): readonly ErrorReport[] {
  const found = new Map<string, ErrorReport>();
  for (const error of errors) {
    const key = `${error.over_at === null}\n${causeOf(error.text)}`;
    const known = found.get(key);
    found.set(key, known ? merged(known, error) : error);
  }
  return [...found.values()];
}

function causeOf(text: string): string {
  const [, workspace, cause] = CONSEQUENCE.exec(text) ?? [];
  if (cause === undefined) return text;
  // Since when and what was tried may have changed between the two.
  return `${workspace}\n${cause.replace(/ \(since .*$/s, "")}`;
}

/** Not the sum of the counts: both counted the same trouble. */
function merged(a: ErrorReport, b: ErrorReport): ErrorReport {
  return {
    text: a.text,
    count: Math.max(a.count, b.count),
    at: newer(a.at, b.at),
    over_at: newer(a.over_at, b.over_at),
  };
}

function newer(a: string | null, b: string | null): string | null {
  return (a ?? "") > (b ?? "") ? a : b;
}
