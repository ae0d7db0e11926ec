import { buildHeaders } from "../../auth/headers.ts";
import { decodeJson } from "../../lib/json.ts";
import { callUrl } from "../../platform/client/call_url.ts";
import { withDeadline } from "../../platform/client/deadline.ts";
import { readText } from "../../platform/client/read_text.ts";
import { errorOf } from "../../platform/errors/http_error.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { VERSION } from "../../version.ts";
import type { Target } from "./target.ts";

/** More of an answer is never read. */
const MAX_BYTES = 1024 * 1024;

/** What came of one request: an answer, an error, or (an answer of 300 and above) both. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Headers;
  /** Decoded JSON; `undefined` when it is none. */
  readonly json?: unknown;
  readonly error?: PlatformError;
}

/** One GET request. */
export interface Question {
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly accept?: string;
  /** Whether only status and headers count: the body is dropped. */
  readonly headOnly?: boolean;
}

/** How a question is asked. */
export interface AskOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The transport; `fetch` uses its own unless given. */
  readonly direct?: Deno.HttpClient;
}

/**
 * Asks a platform as the program does, with its headers and without following a redirect. Only GET:
 * nothing is registered and nothing changed. Never throws for what the network or the platform does.
 */
export async function ask(
  target: Target,
  question: Question,
  { timeoutMs, signal, direct }: AskOptions,
): Promise<Answer> {
  const { origin, base } = target.url;
  const { token, path, query } = question;
  try {
    const headers = buildHeaders({ id: target.id ?? "", origin, orgId: target.orgId }, token, {
      source: token !== undefined && target.id !== undefined,
    });
    headers.set("Accept", question.accept ?? "application/json");
    headers.set("User-Agent", `molecule-mcp/${VERSION}`);
    const call = { method: "GET" as const, path, timeoutMs, signal };
    return await withDeadline(call, origin, async (ending, done) => {
      const response = await fetch(callUrl(base, { path, query }), {
        ...(direct && { client: direct }),
        headers,
        redirect: "manual",
        signal: ending,
      });
      const { status } = response;
      if (question.headOnly && response.ok) {
        await response.body?.cancel();
        return { status, headers: response.headers };
      }
      const text = await readText(response, MAX_BYTES, { cut: !response.ok });
      done();
      // A platform may repeat the bearer when it complains about it.
      const shown = token === undefined ? text : text.replaceAll(token, "[redacted]");
      const reply = { status, headers: response.headers, json: decodeJson(shown), text: shown };
      return {
        status,
        headers: response.headers,
        json: reply.json,
        ...(status >= 300 && { error: errorOf(reply, origin) }),
      };
    });
  } catch (error) {
    if (error instanceof PlatformError) return { error };
    throw error;
  }
}
