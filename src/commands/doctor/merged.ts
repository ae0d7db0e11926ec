import type { Finding } from "./finding.ts";

/** So many names still fit into a line. */
const MAX_NAMED = 2;

/**
 * One line for what holds for several workspaces alike, with their names or how many they are, in the
 * place of the first.
 */
export function merged(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, { finding: Finding; rest: string; ids: string[] }>();
  for (const finding of findings) {
    const [, id, rest = finding.text] = /^workspace (\S+): (.+)$/s.exec(finding.text) ?? [];
    const key = JSON.stringify([finding.mark, finding.cause, rest, finding.next]);
    const group = groups.get(key) ?? { finding, rest, ids: [] };
    if (id !== undefined) group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ finding, rest, ids }) => {
    if (ids.length < 2) return finding;
    const whose = ids.length > MAX_NAMED
      ? `${ids.length} workspaces`
      : `workspaces ${ids.join(", ")}`;
    return { ...finding, text: `${whose}: ${rest}` };
  });
}
