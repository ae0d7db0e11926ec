import { type FaultOutcome, type LocalPlatform, truncated } from "../../src/local/platform.ts";
import type { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";

/** A workspace with what it takes to speak for it. */
interface Workspace {
  readonly id: string;
  readonly token: string;
}

/** The user, who writes at the canvas. */
const USER = "user";

/** Sends one message: the user and the peers take turns. */
export async function sendNext(
  platform: LocalPlatform,
  receiver: Workspace,
  peers: readonly Workspace[],
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

/** Sends a message over HTTP, as another workspace's agent does. */
export async function sendAsPeer(
  platform: LocalPlatform,
  peer: Workspace,
  receiverId: string,
  text: string,
): Promise<void> {
  const response = await fetch(`${platform.url}/workspaces/${receiverId}/a2a`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${peer.token}`,
      "X-Workspace-ID": peer.id,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: text,
      method: "message/send",
      params: {
        message: { role: "user", messageId: crypto.randomUUID(), parts: [{ kind: "text", text }] },
      },
    }),
  });
  await response.body?.cancel();
  if (response.status !== 200) {
    throw new Error(`A peer's message was answered ${response.status}`);
  }
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
