import { assert } from "@std/assert";
import { createWorkspaces } from "../../../src/cli/create_workspaces.ts";
import { parseSettings } from "../../../src/config/settings.ts";
import { PlatformClient } from "../../../src/platform/client/client.ts";
import { Log } from "../../../src/safety/log.ts";
import { DEFAULT_ROLE } from "../../../src/safety/roles.ts";
import { SecretRedactor } from "../../../src/safety/secrets/secret_redactor.ts";
import { BackgroundDelegations } from "../../../src/tools/delegation/background_delegations.ts";
import type { ToolServices } from "../../../src/tools/support/context.ts";
import { WorkspaceRouter } from "../../../src/tools/support/workspace_router.ts";
import { TestInbox } from "../../tools/test_inbox.ts";

/** What tools are given, for tools that call no platform. */
export interface TestServices {
  readonly services: ToolServices;
  readonly redactor: SecretRedactor;
  /** What went to stderr. */
  readonly lines: string[];
}

/** Builds them; the platform's address is one where nobody listens. */
export async function toolServices(
  options: { roles?: readonly string[]; token?: string } = {},
): Promise<TestServices> {
  const env: Record<string, string> = {
    WORKSPACE_ID: "ws-a",
    PLATFORM_URL: "http://127.0.0.1:1",
    MOLECULE_WORKSPACE_TOKEN: options.token ?? "a-token-of-nobody",
    CONFIGS_DIR: Deno.cwd(),
  };
  const parsed = await parseSettings((name) => env[name]);
  assert("settings" in parsed);
  const { settings } = parsed;
  const lines: string[] = [];
  const redactor = new SecretRedactor();
  redactor.add(env.MOLECULE_WORKSPACE_TOKEN);
  const log = new Log({ write: (line) => lines.push(line), redactor, verbose: false });
  const [workspace] = createWorkspaces(settings, () => {}).list();
  assert(workspace);
  const services: ToolServices = {
    settings,
    router: new WorkspaceRouter([{ workspace, client: new PlatformClient(workspace) }]),
    policy: { roles: options.roles ?? [DEFAULT_ROLE], allowedActions: new Map(), tier: 1 },
    inbox: new TestInbox(),
    background: new BackgroundDelegations(),
    log,
  };
  return { services, redactor, lines };
}
