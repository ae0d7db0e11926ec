/**
 * A client of the SDK's second line, in a process of its own: what it depends on is none of the
 * program's, and its lock file is that of scripts/tools/. Starts the server that it is told of on
 * stdin, makes all calls at the same time with the client's default time-outs, and prints how each
 * ended as one line of JSON.
 *
 * @module
 */
import { TOOL_PACKAGES } from "../../scripts/tools/versions.ts";
import type { CallOutcome, ClientJob } from "./client_job.ts";

const PACKAGE = TOOL_PACKAGES.mcpClient;

/** What of the package is used. */
interface V2 {
  Client: new (info: { name: string; version: string }, options?: object) => {
    connect(transport: unknown): Promise<void>;
    callTool(call: { name: string; arguments: unknown }): Promise<{ content: { text: string }[] }>;
    close(): Promise<void>;
  };
}
interface V2Stdio {
  StdioClientTransport: new (
    server: Omit<ClientJob, "calls" | "mode"> & { stderr: "ignore" },
  ) => unknown;
}

if (import.meta.main) {
  const { calls, mode, ...server }: ClientJob = await new Response(Deno.stdin.readable).json();
  const { Client }: V2 = await import(PACKAGE);
  const { StdioClientTransport }: V2Stdio = await import(`${PACKAGE}/stdio`);
  const client = new Client(
    { name: "sdk-v2", version: "1.0.0" },
    ...mode === undefined ? [] : [{ versionNegotiation: { mode } }],
  );
  await client.connect(new StdioClientTransport({ ...server, stderr: "ignore" }));
  const outcomes = await Promise.all(calls.map(async ([name, args]): Promise<CallOutcome> => {
    try {
      const { content } = await client.callTool({ name, arguments: args });
      return { name, answered: true, text: content[0]?.text ?? "" };
    } catch (error) {
      return { name, answered: false, text: String(error) };
    }
  }));
  console.log(JSON.stringify(outcomes));
  await client.close();
}
