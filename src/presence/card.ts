import type { Settings } from "../config/settings.ts";
import type { AgentCard } from "../platform/registry.ts";

/** The card that register sends (platform-api 2): from the environment, else a plain default. */
export function agentCard(settings: Settings, workspaceId: string): AgentCard {
  const { name, description, skills } = settings.agentCard;
  return {
    name: name ?? `molecule-mcp-${workspaceId.slice(0, 8)}`,
    ...(description !== undefined && { description }),
    skills,
  };
}
