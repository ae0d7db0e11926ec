import { join } from "@std/path";
import type { ReadVariable } from "../../src/config/environment.ts";
import type { Problem } from "../../src/config/problem.ts";
import { parseSettings, type Settings } from "../../src/config/settings.ts";

/** An environment of just these variables. */
export function environment(variables: Readonly<Record<string, string>>): ReadVariable {
  return (name) => Object.hasOwn(variables, name) ? variables[name] : undefined;
}

/** A directory of its own for one test. */
export class TestDir implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(): Promise<TestDir> {
    return new TestDir(await Deno.makeTempDir({ prefix: "molecule-config-" }));
  }

  at(name: string): string {
    return join(this.path, name);
  }

  async write(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
    const path = this.at(name);
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(path, bytes, { mode });
    return path;
  }

  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(this.path)) names.push(name);
    return names.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
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
): Promise<{ settings: Settings; notices: readonly string[] }> {
  const result = await parseSettings(environment(variables), "/nowhere/configs");
  if ("settings" in result) return result;
  throw new Error(`Expected settings, got problems: ${JSON.stringify(result.problems)}`);
}

/** What is wrong with these variables. */
export async function problemsOf(
  variables: Readonly<Record<string, string>>,
): Promise<readonly Problem[]> {
  const result = await parseSettings(environment(variables), "/nowhere/configs");
  if ("problems" in result) return result.problems;
  throw new Error("Expected problems, got settings");
}

/** The variables among the problems, each with its kind. */
export function summary(problems: readonly Problem[]): string[] {
  return problems.map(({ variable, kind }) => `${variable} ${kind}`);
}
