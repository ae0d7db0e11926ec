import { assert, assertEquals } from "@std/assert";
import { type LocalPlatform, startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam, type TeamMember } from "../../../src/local/team.ts";
import { TestDir } from "../../support/test_dir.ts";
import { testUnless } from "../../support/test_unless.ts";
import { NO_PTY, type PtyRun, type PtyStep, runOnTerminal } from "../on_terminal.ts";

/** The first question. */
export const FIRST = "Connection or workspace id";
/** Pasted on a terminal that marks it. */
export const PASTE = (text: string) => ({
  send: `\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`,
});
export const ENTER = { send: "\r" };

/** A platform, and a person at a terminal with an empty home. */
export interface Stage {
  readonly platform: LocalPlatform;
  readonly lead: TeamMember;
  readonly home: TestDir;
  play(steps: readonly PtyStep[], args?: readonly string[]): Promise<PtyRun>;
  saved(name: string): string | undefined;
}

/** A test of `auth login` on a terminal, which must be left as it was, without the token on it. */
export function terminalTest(name: string, test: (stage: Stage) => Promise<void>): void {
  testUnless(NO_PTY, name, async () => {
    await using platform = await startLocalPlatform();
    await using home = await TestDir.make();
    const [lead] = await createTeam(platform);
    if (!lead) throw new Error("No team");
    await test({
      platform,
      lead,
      home,
      play: async (steps, args = []) => {
        const run = await runOnTerminal(["auth", "login", ...args], steps, { home: home.path });
        assertEquals(run.missed, null, run.shown);
        assert(run.isRestored, "The terminal is not as it was");
        assertEquals(run.left, "", "Something is left for the shell");
        assert(!run.shown.includes(lead.token), "The token shows");
        return run;
      },
      saved: (name) => {
        try {
          return Deno.readTextFileSync(home.at(".molecule-workspace", name));
        } catch {
          return undefined;
        }
      },
    });
  });
}

/** The canvas's connection, as people see it. */
export function connection({ platform, lead }: Stage, spaces = 2): string {
  const { id: workspace_id, token: auth_token } = lead;
  return JSON.stringify(
    { connection: { workspace_id, platform_url: platform.url, auth_token } },
    null,
    spaces,
  );
}
