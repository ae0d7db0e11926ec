import { assertEquals } from "@std/assert";
import type { LocalPlatform } from "../../src/local/start.ts";
import type { TestTeam } from "./test_workspace.ts";

/** A peer that does not keep to the rules. */
export interface Mallory {
  readonly id: string;
  readonly token: string;
}

/** Adds it to the team, below the lead. */
export async function mallory(
  team: TestTeam,
  more: Record<string, unknown> = {},
): Promise<Mallory> {
  return await team.platform.createWorkspace({
    name: "Mallory",
    parentId: team.id,
    deliveryMode: "poll",
    status: "online",
    ...more,
  });
}

/** Calls another workspace over A2A, with any body. */
export async function call(
  platform: LocalPlatform,
  target: string,
  { id, token }: Mallory,
  body: Record<string, unknown>,
): Promise<void> {
  const response = await fetch(`${platform.url}/workspaces/${target}/a2a`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "X-Workspace-ID": id,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: crypto.randomUUID(), ...body }),
  });
  assertEquals((await response.json()).status, "queued");
}

/** The parameters of a call that says this. */
export const said = (text: string, more: Record<string, unknown> = {}) => ({
  message: { role: "user", messageId: crypto.randomUUID(), parts: [{ kind: "text", text }] },
  ...more,
});
