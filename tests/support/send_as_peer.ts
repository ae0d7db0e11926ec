/** A workspace with what it takes to speak for it. */
export interface Peer {
  readonly id: string;
  readonly token: string;
}

/**
 * Sends a message over HTTP, as another workspace's agent does.
 *
 * @throws when the platform answers anything but 200
 */
export async function sendAsPeer(
  platform: { readonly url: string },
  peer: Peer,
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
