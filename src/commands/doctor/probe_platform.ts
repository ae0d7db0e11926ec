import { directClient } from "../../platform/client/direct_client.ts";
import { isObject, textField } from "../../lib/json.ts";
import { withTimeout } from "../../lib/timeout.ts";
import { type Answer, ask, type AskOptions, type Question } from "./ask.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import type { Target } from "./setup.ts";
import type { FoundToken } from "./token_shape.ts";

/** An id that no row has (src/platform/API.md, "Read the activity log"). */
const NIL = "00000000-0000-0000-0000-000000000000";
/** Stands in for a workspace's id that is not known: nobody has it. */
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** One request's time, in milliseconds: two rounds of them fit into the doctor's ten seconds. */
const ASK_MS = 4_000;
const CONNECT_MS = 3_000;

/** What the platform made of one token. */
export interface TokenAnswer {
  readonly found: FoundToken;
  readonly answer: Answer;
}

/** What asking a platform showed, for the checks to judge. */
export interface PlatformProbe {
  readonly target: Target;
  /** The proxy in between, without its user name and password. */
  readonly proxy?: string;
  /** Whether the host or, where there is one, the proxy takes a connection; undefined: not in time. */
  readonly connects?: boolean;
  readonly connectError?: unknown;
  readonly health: Answer;
  /** The workspace's record, or of an id that nobody has. */
  readonly record: Answer;
  /** Of the server, where TLS came to nothing. */
  readonly certificate?: Certificate;
  /** Only what was asked once the platform had been recognised. */
  readonly tokens: readonly TokenAnswer[];
  readonly peers?: Answer;
  readonly stream?: Answer;
  readonly limits?: Answer;
  /** When the first answer came, as this machine's clock has it, in milliseconds. */
  readonly answeredAtMs: number;
}

/** How a platform is asked. */
export interface ProbeOptions {
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** The proxy for https, if the environment names one. */
  readonly proxy?: string;
  /** Default: 4,000. */
  readonly askMs?: number;
}

/**
 * Asks a platform everything that can be asked without changing anything: first without the token,
 * and with it only once something there has answered as the platform does.
 */
export async function probePlatform(
  target: Target,
  tokens: readonly FoundToken[],
  { signal, nowMs, proxy, askMs = ASK_MS }: ProbeOptions,
): Promise<PlatformProbe> {
  const direct = target.bypassProxy ? directClient(target.url.origin) : undefined;
  const options: AskOptions = { timeoutMs: askMs, signal, ...(direct && { direct }) };
  const put = (question: Question) => ask(target, question, options);
  const via = target.bypassProxy || target.url.origin.startsWith("http:") ? undefined : proxy;
  try {
    const [connected, health, record] = await Promise.all([
      connect(via ?? target.url.origin),
      put({ path: ["health"] }),
      put({ path: ["workspaces", target.id ?? NOBODY] }),
    ]);
    const answeredAtMs = nowMs();
    const first = {
      target,
      ...(via !== undefined && { proxy: new URL(via).origin }),
      ...connected,
      health,
      record,
      answeredAtMs,
      tokens: [],
    };
    if (!isPlatform(record)) {
      const isTls = via === undefined && target.url.origin.startsWith("https:") &&
        record.error?.status === undefined;
      const certificate = isTls && connected.connects
        ? await withTimeout(readCertificate(target.url.origin), CONNECT_MS)
        : undefined;
      return { ...first, ...(certificate && { certificate }) };
    }
    return { ...first, ...await withToken(target, tokens, put) };
  } finally {
    direct?.close();
  }
}

/** What is asked with the token, all at once. */
async function withToken(
  { id }: Target,
  tokens: readonly FoundToken[],
  put: (question: Question) => Promise<Answer>,
): Promise<Pick<PlatformProbe, "tokens" | "peers" | "stream" | "limits">> {
  const limits = put({ path: ["uploads", "limits"] });
  if (id === undefined || tokens.length === 0) return { tokens: [], limits: await limits };
  const different = tokens.filter(({ token }, index) =>
    tokens.findIndex((other) => other.token === token) === index
  );
  const query = { since_id: NIL, limit: "1" };
  const [token] = different.map((found) => found.token);
  const [answers, peers, stream] = await Promise.all([
    Promise.all(different.map(async (found) => ({
      found,
      answer: await put({
        path: ["workspaces", id, "activity"],
        query,
        token: found.token,
        headOnly: true,
      }),
    }))),
    put({ path: ["registry", id, "peers"], token }),
    put({
      path: ["workspaces", id, "events", "stream"],
      token,
      accept: "text/event-stream",
      headOnly: true,
    }),
  ]);
  return { tokens: answers, peers, stream, limits: await limits };
}

/** Whether what answered speaks as the platform does: JSON about a workspace. */
export function isPlatform({ status, json }: Answer): boolean {
  if (status === undefined || !isObject(json)) return false;
  if (status === 200) return textField(json, "id") !== undefined;
  return status >= 400 && textField(json, "error") !== undefined && !isGuarded({ status, json });
}

/** Whether the guard of a hosted platform asks for the organisation. */
export function isGuarded({ json }: Answer): boolean {
  return textField(json, "code") === "TENANT_ORG_HEADER_REQUIRED";
}

/** Looks the name up and connects, without a word: it tells the stages of a failure apart. */
async function connect(
  origin: string,
): Promise<Pick<PlatformProbe, "connects" | "connectError">> {
  const url = new URL(origin);
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const connecting = Deno.connect({ hostname, port });
  try {
    const connection = await withTimeout(connecting, CONNECT_MS);
    if (connection) {
      connection.close();
      return { connects: true };
    }
    connecting.then((late) => late.close(), () => {}); // Whatever comes of it, nobody waits.
    return {};
  } catch (error) {
    return { connects: false, connectError: error };
  }
}
