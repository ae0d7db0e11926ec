import { directClient } from "../../platform/client/direct_client.ts";
import { isObject, textField } from "../../lib/json.ts";
import { withTimeout } from "../../lib/timeout.ts";
import { type Answer, ask, type AskOptions, type Question } from "./ask.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import type { ProbedToken, Target } from "./target.ts";

/** An id that no row has (src/platform/API.md, "Read the activity log"). */
const NIL = "00000000-0000-0000-0000-000000000000";
/** Stands in for a workspace's id that is not known: nobody has it. */
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** Everything together, in milliseconds. */
export const PROBE_MS = 10_000;
/** The first round's requests wake up a platform that sleeps; the second comes after it. */
const FIRST_MS = 6_000;
const SECOND_MS = 3_500;
const CONNECT_MS = 3_000;

/** What the platform made of one token. */
export interface TokenAnswer {
  readonly found: ProbedToken;
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
  /** Whether there is a token, asked with or not. */
  readonly hasToken?: boolean;
  readonly peers?: Answer;
  readonly stream?: Answer;
  /** The list of the requests that the workspace raised. */
  readonly requests?: Answer;
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
  /** One request's time; default: what fits into `PROBE_MS`. */
  readonly askMs?: number;
  /** Whether only the token counts, not all that the platform can do. */
  readonly isTokenOnly?: boolean;
}

/**
 * Asks a platform everything that can be asked without changing anything: first without the token,
 * and with it only once what is there has shown the workspace's record. Never throws for what the
 * platform or the network does.
 */
export async function probePlatform(
  target: Target,
  tokens: readonly ProbedToken[],
  { signal, nowMs, proxy, askMs, isTokenOnly = false }: ProbeOptions,
): Promise<PlatformProbe> {
  const direct = target.bypassProxy ? directClient(target.url.origin) : undefined;
  const asking = (timeoutMs: number) => (question: Question) => {
    const options: AskOptions = { timeoutMs, signal, ...(direct && { direct }) };
    return ask(target, question, options);
  };
  const put = asking(askMs ?? FIRST_MS);
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
      hasToken: tokens.length > 0,
    };
    if (!isPlatform(first)) {
      const isTls = via === undefined && target.url.origin.startsWith("https:") &&
        record.error?.status === undefined;
      const certificate = isTls && connected.connects
        ? await withTimeout(readCertificate(target.url.origin), CONNECT_MS)
        : undefined;
      return { ...first, ...(certificate && { certificate }) };
    }
    // A record that is not there has no tokens, and an error is not yet a platform.
    const asked = isPresent(record) ? tokens : [];
    return { ...first, ...await withToken(target, asked, asking(askMs ?? SECOND_MS), isTokenOnly) };
  } finally {
    direct?.close();
  }
}

/** What is asked with the token, all at once. */
async function withToken(
  { id }: Target,
  tokens: readonly ProbedToken[],
  put: (question: Question) => Promise<Answer>,
  isTokenOnly: boolean,
): Promise<Pick<PlatformProbe, "tokens" | "peers" | "stream" | "requests" | "limits">> {
  const limited = isTokenOnly ? undefined : put({ path: ["uploads", "limits"] });
  const withLimits = async () => {
    const limits = await limited;
    return limits === undefined ? {} : { limits };
  };
  if (id === undefined || tokens.length === 0) return { tokens: [], ...await withLimits() };
  const different = tokens.filter(({ token }, index) =>
    tokens.findIndex((other) => other.token === token) === index
  );
  const query = { since_id: NIL, limit: "1" };
  const [token] = different.map((found) => found.token);
  const ofEach = async (path: readonly string[], query?: Readonly<Record<string, string>>) => {
    const all = await Promise.all(
      different.map(({ token }) => put({ path, token, ...(query && { query }) })),
    );
    // The first token may be stale, and another one taken.
    return all.find(({ json }) => Array.isArray(json)) ?? all[0];
  };
  const [answers, peers, requests, stream] = await Promise.all([
    Promise.all(different.map(async (found) => ({
      found,
      answer: await put({
        path: ["workspaces", id, "activity"],
        query,
        token: found.token,
        headOnly: true,
      }),
    }))),
    ofEach(["registry", id, "peers"]),
    isTokenOnly ? undefined : ofEach(["workspaces", id, "requests"], { status: "pending" }),
    isTokenOnly ? undefined : put({
      path: ["workspaces", id, "events", "stream"],
      token,
      accept: "text/event-stream",
      headOnly: true,
    }),
  ]);
  return {
    tokens: answers,
    ...(peers && { peers }),
    ...(stream && { stream }),
    ...(requests && { requests }),
    ...await withLimits(),
  };
}

/** Whether what answered speaks as the platform does: JSON about a workspace. */
export function isPlatform(
  { record, health }: Pick<PlatformProbe, "record" | "health">,
): boolean {
  const { status, json } = record;
  if (status === undefined || !isObject(json)) return false;
  if (status === 200) return textField(json, "id") !== undefined;
  const said = textField(json, "error");
  if (status < 400 || said === undefined || isGuarded(record)) return false;
  // Gateways answer in JSON as well: the platform shows a record to anybody, and has no gateway.
  if (status === 401 || status === 403 || status === 502 || status === 504) return false;
  // Any other API may say that it does not know such a path.
  return status !== 404 || /workspace/i.test(said) || isHealthy({ health });
}

/** Whether the workspace's record was shown, and does not say that it was removed. */
function isPresent({ status, json }: Answer): boolean {
  return status === 200 && textField(json, "id") !== undefined &&
    textField(json, "status") !== "removed";
}

/** Whether the platform's route for that says that it is up. */
export function isHealthy({ health }: Pick<PlatformProbe, "health">): boolean {
  return health.status === 200 && health.json !== undefined;
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
