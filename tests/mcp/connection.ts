import { McpServer, type ServerOptions } from "../../src/mcp/server.ts";
import { StdioTransport } from "../../src/mcp/transport/stdio_transport.ts";
import type { ToolProvider } from "../../src/mcp/calls/tool_provider.ts";
import { type Message, Wire } from "./transport/wire.ts";

type ConnectionOptions = Partial<ToolProvider> & Pick<ServerOptions, "onClient">;

/** The only tool of a connection. */
export const ECHO = { name: "echo", inputSchema: { type: "object" } } as const;

/** A server over a wire; every message of the client is one line. */
export class Connection implements AsyncDisposable {
  readonly wire = new Wire();
  readonly errors: Error[] = [];
  readonly server: McpServer;

  private constructor({ onClient, ...tools }: ConnectionOptions) {
    this.server = new McpServer({
      instructions: "Be kind.",
      tools: {
        listTools: () => [ECHO],
        callTool: (call) => Promise.resolve({ content: [], echoed: call.arguments }),
        ...tools,
      },
      ...(onClient && { onClient }),
      settleMs: 0,
    });
    this.server.onerror = (error) => this.errors.push(error);
  }

  static async open(options: ConnectionOptions = {}): Promise<Connection> {
    const connection = new Connection(options);
    await connection.server.connect(new StdioTransport(connection.wire, { drainMs: 0 }));
    return connection;
  }

  /** Sends a request and waits for its answer. */
  async ask(id: number | string, method: string, params?: unknown): Promise<Message> {
    this.wire.send({ jsonrpc: "2.0", id, method, ...(params !== undefined && { params }) });
    return await this.answer(id);
  }

  async answer(id: number | string): Promise<Message> {
    for (let count = 1;; count++) {
      const found = (await this.wire.until(count)).find((message) => message.id === id);
      if (found) return found;
    }
  }

  notify(method: string, params?: unknown): void {
    this.wire.send({ jsonrpc: "2.0", method, ...(params !== undefined && { params }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}

/** The params of a `tools/call`. */
export function call(params: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: "echo", ...params };
}

/** The code of an error answer. */
export function codeOf(answer: Message): unknown {
  return Reflect.get(Object(answer.error), "code");
}

/** The result of an answer; empty when it is an error. */
export function resultOf(answer: Message): Message {
  return Object(answer.result);
}
