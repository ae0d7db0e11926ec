import { StdioTransport } from "../../../src/mcp/transport/stdio_transport.ts";
import { Wire } from "./wire.ts";

/** A started transport, what it received, and its end. */
export async function started(
  wire: Wire,
  options: { maxLineBytes?: number; drainMs?: number } = {},
) {
  const received: unknown[] = [];
  const errors: Error[] = [];
  const closed = Promise.withResolvers<void>();
  const transport = new StdioTransport(wire, { drainMs: 0, ...options });
  transport.onmessage = (message) => received.push(message);
  transport.onerror = (error) => errors.push(error);
  transport.onclose = closed.resolve;
  await transport.start();
  return { transport, received, errors, closed: closed.promise };
}

/** What the transport makes of this input, from its start to its end. */
export async function whole(data: string | Uint8Array, options: { maxLineBytes?: number } = {}) {
  const wire = new Wire();
  const { received, errors, closed } = await started(wire, options);
  wire.push(data);
  wire.end();
  await closed;
  return { received, errors, answers: wire.messages };
}

/** The code and id of an error answer. */
export const errorOf = (answer: Record<string, unknown> | undefined) => [
  Reflect.get(Object(answer?.error), "code"),
  answer?.id,
];

export const ping = (id: number | string) => ({ jsonrpc: "2.0", id, method: "ping" });
export const line = (message: unknown) => `${JSON.stringify(message)}\n`;
