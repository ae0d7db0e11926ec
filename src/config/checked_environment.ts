import { ENVIRONMENT, readTrimmed, type ReadVariable } from "./environment.ts";
import { settingPath } from "./paths.ts";
import { placeholderFault, placeholderIn } from "./placeholder.ts";
import { invalid, type Problem } from "./problem.ts";

const PATHS = ["CONFIGS_DIR", "MOLECULE_WORKSPACE_TOKEN_FILE", "WORKSPACE_CONFIG_PATH"];
/** Free text that a person wrote: braces inside it are meant literally. */
const PROSE = ["MOLECULE_AGENT_NAME", "MOLECULE_AGENT_DESCRIPTION", "MOLECULE_AGENT_SKILLS"];
/** Without these (groups) the program works with the default, and says so. */
const OPTIONAL = ["behaviour", "delegation"];
const OPTIONAL_NAMES = ["MOLECULE_ORG_ID", "MOLECULE_ORGANIZATION_ID"];
const TOKEN = "MOLECULE_WORKSPACE_TOKEN";

/** The environment without values that no setting can have. */
export interface CheckedEnvironment {
  /** Paths are absolute; what is wrong reads as unset. */
  readonly read: ReadVariable;
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
  /** Drops problems that only follow from what is wrong here. */
  withoutConsequences(problems: readonly Problem[]): readonly Problem[];
  isWrong(name: string): boolean;
}

/**
 * Checks every setting before its own rules apply: placeholders that a client left in are named,
 * `~` is expanded and a relative path refused.
 */
export function checkEnvironment(read: ReadVariable): CheckedEnvironment {
  const problems: Problem[] = [];
  const notices: string[] = [];
  const values = new Map<string, string | undefined>();
  for (const { name, group } of ENVIRONMENT) {
    const text = group === "host" ? undefined : readTrimmed(read, name);
    if (text === undefined) continue;
    const placeholder = placeholderIn(text);
    if (placeholder !== undefined && !(PROSE.includes(name) && !isWhole(text))) {
      values.set(name, undefined);
      const fault = placeholderFault(placeholder);
      if (OPTIONAL_NAMES.includes(name) || (OPTIONAL.includes(group) && !PATHS.includes(name))) {
        notices.push(`Ignoring ${name}: it ${fault}`);
      } else problems.push(invalid(name, fault));
    } else if (PATHS.includes(name)) {
      const found = settingPath(text, read);
      values.set(name, "path" in found ? found.path : undefined);
      if ("fault" in found) problems.push(invalid(name, found.fault));
    }
  }
  const wrong = new Set(problems.map(({ variable }) => variable));
  const hidden = new Set(wrong);
  if (wrong.has("MOLECULE_WORKSPACES")) hidden.add("WORKSPACE_ID").add("PLATFORM_URL").add(TOKEN);
  if (wrong.has("MOLECULE_WORKSPACE_TOKEN_FILE")) hidden.add(TOKEN);
  // The saved token may be in the directory that was meant.
  if (wrong.has("CONFIGS_DIR")) hidden.add(TOKEN);
  return {
    read: (name) => values.has(name) ? values.get(name) : read(name),
    problems,
    notices,
    withoutConsequences: (all) =>
      all.filter(({ kind, variable }) => kind !== "missing" || !hidden.has(variable)),
    isWrong: (name) => wrong.has(name),
  };
}

/** Whether the text is nothing but one placeholder. */
function isWhole(text: string): boolean {
  return /^(\$\{[^}]*\}|\{\{[^}]*\}\}|<[^<>]*>|\$(?:env:)?\w+|%[\w()]+%)$/.test(text);
}
