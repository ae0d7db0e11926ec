import { type FaultOutcome, type LocalPlatform, truncated } from "../../src/local/start.ts";
import { type Peer, sendAsPeer } from "../../tests/support/send_as_peer.ts";
import type { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";

/** The user, who writes at the canvas. */
const USER = "user";

/** Sends one message: the user and the peers take turns. */
export async function sendNext(
  platform: LocalPlatform,
  receiver: Peer,
  peers: readonly Peer[],
  ledger: Ledger,
): Promise<void> {
  const turn = ledger.sentCount % (peers.length + 1);
  const peer = peers[turn - 1];
  if (!peer) {
    const { status } = await platform.sendAsUser(receiver.id, ledger.send(USER));
    if (status !== 200) throw new Error(`The user's message was answered ${status}`);
    return;
  }
  await sendAsPeer(platform, peer, receiver.id, ledger.send(`peer ${turn}`));
}

/** Something that a platform, or what stands before it, does wrong. */
export function randomFault(random: Random): FaultOutcome {
  return random.pick<() => FaultOutcome>([
    () => Response.json({ error: "query failed" }, { status: 500 }),
    () =>
      Response.json({ error: "rate limit exceeded", retry_after: 0 }, {
        status: 429,
        headers: { "Retry-After": "0" },
      }),
    () => Response.json({ error: "since_id cursor not found" }, { status: 410 }),
    () => new Response("<html>not now</html>", { headers: { "Content-Type": "text/html" } }),
    () => new Response("", { status: 502 }),
    () => truncated('[{"id": "'),
    () => "drop",
  ])();
}
