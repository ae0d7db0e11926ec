// @ts-types="@modelcontextprotocol/sdk/types"
import {
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  type RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import type { ClientInfo } from "../../../src/mcp/protocol/handshake.ts";
import { StatelessEra } from "../../../src/mcp/protocol/stateless_era.ts";
import type { ToolProvider } from "../../../src/mcp/calls/tool_provider.ts";
import type { Message } from "../transport/wire.ts";

export const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
export const CLIENT_KEY = "io.modelcontextprotocol/clientInfo";
export const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";

/** What a well-formed request of 2026-07-28 carries in its `_meta`. */
export const META = {
  [VERSION_KEY]: "2026-07-28",
  [CLIENT_KEY]: { name: "test", version: "1.0.0" },
  [CAPABILITIES_KEY]: {},
};

/** `META` with another value for a key, or without the key. */
export function metaWith(key: string, value: unknown): Message {
  const { [key]: _old, ...rest }: Message = META;
  return value === undefined ? rest : { ...rest, [key]: value };
}

/** The client's side of an era, over a wire in memory. */
export class StatelessPeer {
  readonly era: StatelessEra;
  /** What the era wrote so far, as it would be read from the wire. */
  readonly messages: Message[] = [];
  /** What no client was told. */
  readonly errors: Error[] = [];
  /** The clients that called a tool. */
  readonly callers: ClientInfo[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(tools: Partial<ToolProvider> = {}, write?: () => Promise<void>) {
    const inputSchema = { type: "object" } as const;
    this.era = new StatelessEra({
      instructions: "Be kind.",
      tools: {
        listTools: () => [{ name: "echo", inputSchema }, { name: "a", inputSchema }],
        callTool: (call) => Promise.resolve({ content: [], echoed: call.arguments }),
        ...tools,
      },
      send: async (message: JSONRPCMessage) => {
        const text = JSON.stringify(message);
        JSONRPCMessageSchema.parse(JSON.parse(text));
        await write?.();
        this.messages.push(JSON.parse(text));
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
      },
      onCaller: (client) => this.callers.push(client),
      onerror: (error) => this.errors.push(error),
    });
  }

  send(id: RequestId, method: string, params?: Message): void {
    this.era.receive({ jsonrpc: "2.0", id, method, ...(params && { params }) });
  }

  /** Sends a well-formed request and waits for its answer. */
  async ask(id: RequestId, method: string, params: Message = {}): Promise<Message> {
    this.send(id, method, { _meta: META, ...params });
    return await this.answer(id);
  }

  async answer(id: RequestId): Promise<Message> {
    for (;;) {
      const found = this.messages.find((message) => message.id === id);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }
}

/** The text of an error answer. */
export function errorText(answer: Message): string {
  return String(Reflect.get(Object(answer.error), "message"));
}
