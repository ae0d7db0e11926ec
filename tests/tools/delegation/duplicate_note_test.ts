import { assertStringIncludes } from "@std/assert";
import { startAgent, textReply } from "../../local/agents.ts";
import { delegate } from "../delegate.ts";
import { pushPeer } from "../team.ts";
import { queueTeam } from "./queue_team.ts";

const MINUTE_MS = 60_000;

Deno.test("a task that was delegated before is said to be so old, roughly", async () => {
  await using target = startAgent(() => textReply("Four boats"));
  for (
    const [minutes, said] of [
      [0.1, "less than a minute ago"],
      [1, "1 minute ago"],
      [100, "100 minutes ago"],
      [121, "2 hours ago"],
      [47 * 60, "47 hours ago"],
      [3 * 24 * 60, "3 days ago"],
      // The platform's clock goes ahead of this machine's.
      [-5, "less than a minute ago"],
    ] as const
  ) {
    let nowMs = Date.now() - minutes * MINUTE_MS;
    const platform = { nowMs: () => nowMs };
    await using team = await queueTeam({ peer: pushPeer(target), platform });
    await delegate(team);
    nowMs = Date.now();
    const { text } = await delegate(team);
    assertStringIncludes(text, `was delegated before (${said}; state: completed)`);
  }
});

Deno.test("where the list does not tell its age, the note says so and gives the rest anyway", async () => {
  await using team = await queueTeam({});
  await delegate(team, "Count");
  let asked = 0;
  team.platform.faults.use(({ path }) =>
    path.endsWith("/delegations") && asked++ === 0
      ? Response.json({ error: "x" }, { status: 500 })
      : undefined
  );
  const { structured } = await delegate(team, "Count");
  assertStringIncludes(String(structured?.note), "before (at an unknown time; state: ");
});
