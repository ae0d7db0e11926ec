import type { CallOptions, Result } from "./agent.ts";
import type { Team } from "./team.ts";

/** The lead delegates to the team's member, which must succeed. */
export function delegate(
  { agent, peer }: Team,
  task = "Count the boats",
  options?: CallOptions,
): Promise<Result> {
  return agent.ok("delegate_task", { workspace_id: peer.id, task }, options);
}

/** As `delegate`, which must fail; returns the text. */
export function delegateError(
  { agent, peer }: Team,
  task = "Count the boats",
  options?: CallOptions,
): Promise<string> {
  return agent.error("delegate_task", { workspace_id: peer.id, task }, options);
}

/** A peer's words as results show them. */
export function fenced(words: string): string {
  return `[A2A_RESULT_FROM_PEER]\n${words}\n[/A2A_RESULT_FROM_PEER]`;
}
