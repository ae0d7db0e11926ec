import type { Problem } from "../config/problem.ts";
import { readMessage, RPC_ERROR } from "../mcp/json_rpc.ts";
import { readLines } from "../mcp/transport/line_reader.ts";
import { JsonBoundsError, parseBoundedJson } from "../lib/bounded_json.ts";
import { withTimeout } from "../lib/timeout.ts";
import { writeAll } from "../lib/write_all.ts";
import { friendlyError } from "./friendly_error.ts";
import { StderrLines } from "./stderr_lines.ts";

/** How long writing to stderr may take when nobody reads it. */
const LAST_WORDS_MS = 500;
/** How long to wait for a client's first request, and for each further one. */
const PATIENCE_MS = 1_000;
/** A client's first requests are short. */
const MAX_LINE_BYTES = 64 * 1024;

/**
 * Reports what is wrong with the settings: on stderr, and to an MCP client as the answer to its
 * first requests, because most clients show their user no stderr, only "connection closed".
 *
 * Resolves at the end of stdin (at once where there is none), when `initialize` is answered, or when
 * no more requests arrive.
 *
 * @param input stdin
 * @param options.token what is configured as the token: people paste it into other settings, too, and
 * one too short to be taken for a secret would be quoted there
 * @param options.profile one of several identities on this machine
 */
export async function reportProblems(
  problems: readonly Problem[],
  input: AsyncIterable<Uint8Array>,
  { token, profile }: { readonly token?: string; readonly profile?: string } = {},
): Promise<void> {
  const stderr = new StderrLines();
  const text = friendlyError(await withoutToken(problems, token), profile);
  stderr.write(text);
  const written = stderr.flush(LAST_WORDS_MS);
  // A person at a terminal reads stderr, and would only wonder why the program has not ended.
  if (!Deno.stdin.isTerminal()) await answerRequests(text, input);
  await written;
}

/** What is wrong with the token itself is said without it, or is a placeholder, which is shown. */
async function withoutToken(
  problems: readonly Problem[],
  token: string | undefined,
): Promise<readonly Problem[]> {
  if (token === undefined) return problems; // The usual first run pays for nothing more.
  const { SecretRedactor } = await import("../safety/secrets/secret_redactor.ts");
  const redactor = new SecretRedactor();
  redactor.add(token);
  return problems.map((problem) =>
    problem.variable === "MOLECULE_WORKSPACE_TOKEN"
      ? problem
      : { ...problem, message: redactor.redactKnown(problem.message) }
  );
}

async function answerRequests(text: string, input: AsyncIterable<Uint8Array>): Promise<void> {
  const lines = readLines(input, MAX_LINE_BYTES);
  while (true) {
    const line = await withTimeout(lines.next(), PATIENCE_MS);
    if (line === undefined || line.done) return;
    const request = "text" in line.value ? requestOf(line.value.text) : undefined;
    if (!request) continue;
    const answer = {
      jsonrpc: "2.0",
      id: request.id,
      error: { code: RPC_ERROR.internal, message: text },
    };
    try {
      await writeAll(Deno.stdout, new TextEncoder().encode(`${JSON.stringify(answer)}\n`));
    } catch {
      return; // The client is gone, and stderr has the whole text.
    }
    // A client that first tries the other protocol (`server/discover`) tries the handshake next.
    if (request.method === "initialize") return;
  }
}

function requestOf(line: string): { id: string | number; method: string } | undefined {
  try {
    const received = readMessage(parseBoundedJson(line));
    if (!("message" in received)) return undefined;
    const { message } = received;
    return "method" in message && "id" in message ? message : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JsonBoundsError) return undefined;
    throw error;
  }
}
