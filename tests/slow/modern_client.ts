/**
 * A client of the SDK's second line, which speaks the protocol with and without a handshake, in a
 * process of its own (as `sdk_v2_client.ts`). Starts the server that it is told of on stdin, uses it
 * in the mode that it is told, and prints what it saw as one line of JSON.
 *
 * @module
 */
import { TOOL_PACKAGES } from "../../scripts/tools/versions.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { ClientJob, Mode } from "./client_job.ts";

export type { Mode };

const PACKAGE = TOOL_PACKAGES.mcpClient;

/** What the client is to be. */
export interface ModernJob extends Omit<ClientJob, "calls"> {
  readonly clientName: string;
  readonly mode: Mode;
  /** Whether it asks the very process that it will use, not another one before it. */
  readonly inPlace: boolean;
}

/** What it saw. */
export interface ModernReport {
  /** Why it is not connected; everything else is empty then. */
  readonly refused?: string;
  readonly era?: string;
  readonly version?: string;
  readonly serverName?: string;
  readonly instructions?: string;
  readonly tools: readonly string[];
  /** The text of the answer to `wait_for_message`. */
  readonly message: string;
  /** Notes of progress on that call. */
  readonly progress: number;
  /** How a call ended that was cancelled under way, and the text of the one after it. */
  readonly cancelled: string;
  readonly afterwards: string;
  readonly unknownTool: string;
  /** What the server agreed to tell of, and how the subscription ended. */
  readonly listened: string;
  /** The methods of notifications that nobody asked for. */
  readonly pushed: readonly string[];
}

/** What of the package is used. */
interface V2 {
  Client: new (info: { name: string; version: string }, options: JsonObject) => V2Client;
}
interface V2Client {
  fallbackNotificationHandler?: (notification: { method: string }) => Promise<void>;
  connect(transport: unknown): Promise<void>;
  getProtocolEra(): string | undefined;
  getNegotiatedProtocolVersion(): string | undefined;
  getServerVersion(): { name: string } | undefined;
  getInstructions(): string | undefined;
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(
    call: { name: string; arguments: JsonObject },
    options?: { signal?: AbortSignal; onprogress?: () => void },
  ): Promise<{ content: { text: string }[] }>;
  listen(filter: JsonObject): Promise<{ honoredFilter: JsonObject; closed: Promise<string> }>;
  close(): Promise<void>;
}
interface V2Stdio {
  StdioClientTransport: new (server: JsonObject) => object;
}

/** Longer than a client that is ready is left alone. */
const PUSH_MS = 5_000;

if (import.meta.main) {
  const job: ModernJob = await new Response(Deno.stdin.readable).json();
  console.log(JSON.stringify(await used(job)));
}

async function used({ clientName, mode, inPlace, ...server }: ModernJob): Promise<ModernReport> {
  const { Client }: V2 = await import(PACKAGE);
  const { StdioClientTransport }: V2Stdio = await import(`${PACKAGE}/stdio`);
  // With the package's own transport it starts another process, only to ask which protocol it speaks.
  class InPlace extends StdioClientTransport {}
  const Transport = inPlace ? InPlace : StdioClientTransport;
  const client = new Client({ name: clientName, version: "1.0.0" }, {
    versionNegotiation: { mode },
  });
  const pushed: string[] = [];
  client.fallbackNotificationHandler = ({ method }) => {
    pushed.push(method);
    return Promise.resolve();
  };
  const text = async (name: string, args: JsonObject, options = {}) => {
    try {
      return (await client.callTool({ name, arguments: args }, options)).content[0]?.text ?? "";
    } catch (error) {
      return String(error);
    }
  };
  const empty = {
    tools: [],
    message: "",
    progress: 0,
    cancelled: "",
    afterwards: "",
    unknownTool: "",
    listened: "",
    pushed,
  };
  try {
    await client.connect(new Transport({ ...server, stderr: "ignore" }));
  } catch (error) {
    return { ...empty, refused: String(error) };
  }
  await new Promise((resolve) => setTimeout(resolve, PUSH_MS));
  const { tools } = await client.listTools();
  const message = await text("wait_for_message", { timeout_secs: 30 });
  await text("inbox_pop", { activity_id: JSON.parse(message).activity_id });
  let progress = 0;
  await text("wait_for_message", { timeout_secs: 12 }, {
    onprogress: () => progress++,
  });
  const patience = new AbortController();
  setTimeout(() => patience.abort("not needed"), 1_000);
  const report = {
    era: client.getProtocolEra(),
    version: client.getNegotiatedProtocolVersion(),
    serverName: client.getServerVersion()?.name,
    instructions: client.getInstructions(),
    tools: tools.map(({ name }) => name),
    message,
    progress,
    cancelled: await text("wait_for_message", { timeout_secs: 40 }, { signal: patience.signal }),
    afterwards: await text("list_peers", {}),
    unknownTool: await text("no_such_tool", {}),
    listened: await listened(client),
  };
  await client.close();
  return { ...empty, ...report };
}

async function listened(client: V2Client): Promise<string> {
  try {
    const { honoredFilter, closed } = await client.listen({ toolsListChanged: true });
    return `${JSON.stringify(honoredFilter)} ${await closed}`;
  } catch (error) {
    return String(error);
  }
}
