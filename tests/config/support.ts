import type { ReadVariable } from "../../src/config/environment.ts";
import type { SettingsOptions } from "../../src/config/find_state_dir.ts";
import type { Problem } from "../../src/config/problem.ts";
import { parseSettings, type Settings } from "../../src/config/settings.ts";
import type { TestDir } from "../support/test_dir.ts";

/** An environment of just these variables. */
export function environment(variables: Readonly<Record<string, string>>): ReadVariable {
  return (name) => Object.hasOwn(variables, name) ? variables[name] : undefined;
}

/** A complete single-workspace environment, its state in `dir`. */
export function complete(dir: TestDir): Record<string, string> {
  return {
    WORKSPACE_ID: "ws-1",
    PLATFORM_URL: "https://acme.example",
    MOLECULE_WORKSPACE_TOKEN: "tok-1",
    CONFIGS_DIR: dir.path,
  };
}

/** The settings that these variables make; no directory of this machine is looked at. */
export async function settingsOf(
  variables: Readonly<Record<string, string>>,
  options: SettingsOptions = {},
): Promise<{ settings: Settings; notices: readonly string[] }> {
  const result = await parseSettings(environment(variables), {
    containerDir: "/nowhere/configs",
    ...options,
  });
  if ("settings" in result) return result;
  throw new Error(`Expected settings, got problems: ${JSON.stringify(result.problems)}`);
}

/** What is wrong with these variables. */
export async function problemsOf(
  variables: Readonly<Record<string, string>>,
  options: SettingsOptions = {},
): Promise<readonly Problem[]> {
  const result = await parseSettings(environment(variables), {
    containerDir: "/nowhere/configs",
    ...options,
  });
  if ("problems" in result) return result.problems;
  throw new Error("Expected problems, got settings");
}

/** The variables among the problems, each with its kind. */
export function summary(problems: readonly Problem[]): string[] {
  return problems.map(({ variable, kind }) => `${variable} ${kind}`);
}
