import { startAgent, type TestAgent } from "../../local/agents.ts";
import { pushPeer, startTeam, type Team, type TeamOptions } from "../team.ts";

/** A peer that answers when it is told to. */
export function slowAgent() {
  const answer = Promise.withResolvers<Response>();
  return { target: startAgent(() => answer.promise), answer };
}

/** A team whose peer is that one, and a call that waits only 50 ms for it. */
export function slowTeam(target: TestAgent, options: TeamOptions = {}): Promise<Team> {
  return startTeam({ peer: pushPeer(target), timing: { maxWaitMs: 50 }, ...options });
}
