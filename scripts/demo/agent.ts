// The SDK's "exports" hide the types of its ".js" paths from Deno: hence the pragmas.
// @ts-types="@modelcontextprotocol/sdk/client/index"
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
// @ts-types="@modelcontextprotocol/sdk/client/stdio"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { fromFileUrl, join } from "@std/path";
import { field, isObject } from "../../src/lib/json.ts";
import { childEnvironment } from "../child_environment.ts";
import { permissionFlags } from "../permissions.ts";
import type { Transcript } from "./transcript.ts";
import { denoCommand } from "../deno_command.ts";

/** A message of the inbox; what it does not have is `undefined`, in words. */
export interface ReceivedMessage {
  readonly activity_id: string;
  readonly text: string;
  readonly kind: string;
  readonly peer_id: string;
  readonly request_id: string;
  readonly decision: string;
}

/** An agent: the SDK's own MCP client with its own `molecule-mcp` process. */
export class Agent {
  readonly name: string;
  readonly id: string;
  readonly #client: Client;
  readonly #transcript: Transcript;

  private constructor(name: string, id: string, client: Client, transcript: Transcript) {
    this.name = name;
    this.id = id;
    this.#client = client;
    this.#transcript = transcript;
  }

  static async start(
    name: string,
    workspace: { id: string; token: string },
    options: {
      platformUrl: string;
      stateDir: string;
      denoFlags: readonly string[];
      transcript: Transcript;
    },
  ): Promise<Agent> {
    const client = new Client({ name: `demo-${name.toLowerCase()}`, version: "1.0.0" });
    const main = fromFileUrl(new URL("../../src/main.ts", import.meta.url));
    await client.connect(
      new StdioClientTransport({
        command: denoCommand(),
        args: ["run", ...options.denoFlags, ...permissionFlags(), main],
        cwd: fromFileUrl(new URL("../../", import.meta.url)),
        env: {
          ...childEnvironment(),
          WORKSPACE_ID: workspace.id,
          PLATFORM_URL: options.platformUrl,
          MOLECULE_WORKSPACE_TOKEN: workspace.token,
          MOLECULE_AGENT_NAME: name,
          CONFIGS_DIR: join(options.stateDir, name.toLowerCase()),
          ...(name === "Lead" && { WORKSPACE_TIER: "0" }),
        },
        stderr: "inherit",
      }),
    );
    const server = client.getServerVersion();
    options.transcript.say(name, `connected over stdio to ${server?.name} ${server?.version}`);
    return new Agent(name, workspace.id, client, options.transcript);
  }

  /** Calls a tool and shows it; throws when the result is an error. */
  async call(tool: string, args: Record<string, unknown> = {}): Promise<string> {
    this.#transcript.call(this.name, tool, args);
    const { text, failed } = await this.#call(tool, args);
    this.#transcript.answer(text);
    if (failed) throw new Error(`${this.name}: ${tool} failed: ${text}`);
    return text;
  }

  /** Waiting messages, without a line in the transcript. */
  async peek(): Promise<readonly { activity_id: string; text: string; peer_id: string }[]> {
    return JSON.parse((await this.#call("inbox_peek", {})).text);
  }

  async #call(tool: string, args: Record<string, unknown>) {
    const result = await this.#client.callTool({ name: tool, arguments: args });
    return { text: firstText(result.content), failed: result.isError === true };
  }

  /** Waits for one message, and returns it as data. */
  async receive(): Promise<ReceivedMessage> {
    const message = JSON.parse(await this.call("wait_for_message", { timeout_secs: 15 }));
    if (!isObject(message) || message.timeout) throw new Error(`${this.name}: no message came`);
    return {
      activity_id: String(message.activity_id),
      text: String(message.text),
      kind: String(message.kind),
      peer_id: String(message.peer_id),
      request_id: String(message.request_id),
      decision: String(message.decision),
    };
  }

  async stop(): Promise<void> {
    await this.#client.close();
  }
}

function firstText(content: unknown): string {
  return Array.isArray(content) ? String(field(content[0], "text") ?? "") : "";
}
