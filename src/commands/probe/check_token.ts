import type { Settings } from "../../config/settings.ts";
import { tokensOf } from "../support/tokens_of.ts";
import { countText } from "../support/count_text.ts";
import { type CheckOptions, checkTokens, type PlatformCheck } from "./check_platform.ts";

/** What is to be told of the configured tokens by who came for something else. */
export interface TokenReport {
  /** One line for people for each workspace. */
  readonly lines: readonly string[];
  /** What to do first; undefined where every token is accepted. */
  readonly next?: string;
}

/**
 * Whether the platform accepts the configured tokens, by reading calls only.
 *
 * @param logIn the command that saves a token
 */
export async function checkToken(
  settings: Settings,
  { logIn, ...options }: CheckOptions & { readonly logIn: string },
): Promise<TokenReport> {
  const said = await Promise.all(settings.workspaces.map(async (workspace) => {
    const { candidates } = await tokensOf(workspace, settings);
    const checks = await checkTokens(workspace, candidates, options);
    const best = checks.find(({ outcome }) => outcome === "accepted") ?? checks[0];
    const whose = settings.multiWorkspace ? ` of workspace ${workspace.id}` : "";
    const line = `Token${whose}: ${best ? textOf(best) : "there is none that can be used."}`;
    return { line, next: best ? nextOf(best) : logIn };
  }));
  const next = said.map((each) => each.next).find((each) => each !== undefined);
  return { lines: said.map(({ line }) => line), ...(next !== undefined && { next }) };
}

function nextOf(check: PlatformCheck): string | undefined {
  return check.outcome === "accepted" ? undefined : check.next;
}

function textOf(check: PlatformCheck): string {
  if (check.outcome !== "accepted") return `${check.outcome.replace("_", " ")}. ${check.message}`;
  const named = check.name === undefined ? "" : `, as "${check.name}"`;
  const { peers } = check;
  if (peers === undefined) return `accepted${named}.`;
  return `accepted${named}; ${countText(peers, "peer")}.`;
}
