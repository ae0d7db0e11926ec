// The SDK's "exports" hide the types of its ".js" paths from Deno: hence the pragmas.
// @ts-types="@modelcontextprotocol/sdk/client/index"
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
// @ts-types="@modelcontextprotocol/sdk/client/stdio"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { childEnvironment } from "../../scripts/child_environment.ts";
import { field } from "../../src/lib/json.ts";
import { programCommand, ROOT } from "./program.ts";

/** A real molecule-mcp process with the SDK's own client at its other end. */
export class ServerProcess implements AsyncDisposable {
  readonly client: Client;
  readonly #transport: StdioClientTransport;
  readonly #stderr: string[] = [];

  private constructor(client: Client, transport: StdioClientTransport) {
    this.client = client;
    this.#transport = transport;
  }

  /** Starts the program with nothing in its environment but the given variables. */
  static async start(
    env: Record<string, string>,
    options: { clientName?: string; command?: string[] } = {},
  ): Promise<ServerProcess> {
    const [command = "", ...args] = options.command ?? programCommand();
    const transport = new StdioClientTransport({
      command,
      args,
      cwd: ROOT,
      env: { ...childEnvironment(), ...env },
      stderr: "pipe",
    });
    const client = new Client({ name: options.clientName ?? "test", version: "1.0.0" });
    const server = new ServerProcess(client, transport);
    transport.stderr?.on("data", (chunk) => server.#stderr.push(String(chunk)));
    await client.connect(transport);
    return server;
  }

  get pid(): number {
    return this.#transport.pid ?? 0;
  }

  /** What the process wrote to stderr so far. */
  get stderr(): string {
    return this.#stderr.join("");
  }

  /** Resolves when the process has written the text to stderr. */
  async told(text: string): Promise<void> {
    while (!this.stderr.includes(text)) {
      await new Promise((resolve) => this.#transport.stderr?.once("data", resolve));
    }
  }

  /** Calls a tool and returns the text of its result. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const result = await this.client.callTool({ name, arguments: args });
    const content = result.content;
    const text = Array.isArray(content) ? String(field(content[0], "text") ?? "") : "";
    if (result.isError) throw new Error(`${name}: ${text}`);
    return text;
  }

  /** Ends the process without a chance to tidy up. */
  kill(): void {
    try {
      Deno.kill(this.pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // It has ended by itself.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}
