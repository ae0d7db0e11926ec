import type { WorkspaceReport } from "./server_report.ts";

/** What keeps a workspace's messages away, whoever delivers them; by presence. */
export const CANNOT_RECEIVE: Readonly<Partial<Record<WorkspaceReport["presence"], string>>> = {
  unreachable: "while the platform cannot be reached",
  refused: "while the platform refuses the token",
  removed: "any more",
};
