import { assert } from "@std/assert";
import { startTeam } from "../support.ts";

const MIB = 1024 ** 2;
/** More than the sockets on the way hold, together with what may wait. */
const EVENTS = 40;

Deno.test("events: a caller who does not read is cut off, and the platform keeps nothing for it", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const response = await fetch(`${platform.url}/workspaces/${lead.id}/events/stream`, {
    headers: { Authorization: `Bearer ${lead.token}` },
  });
  for (let i = 0; i < EVENTS; i++) {
    await lead.post(`/workspaces/${lead.id}/notify`, { message: "x".repeat(MIB) });
  }
  let received = 0;
  try {
    for await (const chunk of response.body ?? []) {
      received += chunk.length;
      if (received > EVENTS * MIB) break;
    }
  } catch {
    // A response that breaks off.
  }
  assert(received < EVENTS * MIB, `${received} bytes came`);
});
