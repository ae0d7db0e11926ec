import { field, textField } from "../../lib/json.ts";
import type { PlatformError } from "./platform_error.ts";

/** A failed answer as far as it is recognised here. */
interface Answer {
  readonly status: number;
  /** Decoded JSON; `undefined` when the text is not JSON. */
  readonly json: unknown;
  readonly text: string;
}

interface Known {
  readonly status: number;
  /** What the answer's `error` (or, where it is no JSON, its text) begins with, or its `code`. */
  readonly words: RegExp;
  /** What it means and what to do, as a sentence without its full stop. */
  readonly advice: string | ((json: unknown) => string);
}

const UNKNOWN_PATH = /^404 page not found/;
const OPERATOR = "only the platform's operator can change that";

/**
 * Answers of real platforms that people cannot make sense of without explanation
 * (src/platform/API.md, "Errors of the proxy").
 */
const KNOWN: readonly Known[] = [
  {
    status: 400,
    words: /^invalid JSON/,
    advice:
      "The platform could not read the request. The usual cause is its size: older platforms " +
      "take 1 MiB at most. Send less text, or put it into a file and attach that",
  },
  {
    status: 400,
    words: /^malformed multipart body/,
    advice:
      "The usual cause is the size of the files together: a platform takes 50 or 100 MiB at " +
      "most. Spread them over several messages",
  },
  {
    status: 400,
    words: /^Client sent an HTTP request to an HTTPS server/,
    advice: "Write https:// in PLATFORM_URL",
  },
  {
    status: 400,
    words: /^request: invalid action for this request kind/,
    advice: "A task is closed with done or rejected, an approval with approved or rejected",
  },
  {
    status: 400,
    words: /^request: responder cannot be the requester/,
    advice: "Nobody decides a request of their own: take it back with cancel_request",
  },
  {
    status: 402,
    words: /budget limit exceeded/,
    advice: (json) => {
      const periods = field(json, "exceeded_periods");
      const which = Array.isArray(periods) && periods.every((each) => typeof each === "string") &&
          periods.length > 0
        ? ` (${periods.join(", ")})`
        : "";
      return `The receiver's budget is used up${which}; nothing was delivered. Try again in the next ` +
        "period, or ask its owner to raise the budget";
    },
  },
  {
    status: 403,
    words: /^org token not authorized/,
    advice:
      "The token belongs to another organisation: use this workspace's own (canvas, Tokens tab)",
  },
  {
    status: 403,
    words: /^access denied: target workspace is in a different org/,
    advice: "Workspaces of different organisations cannot write to each other",
  },
  {
    status: 403,
    words: /^access denied: org isolation check failed/,
    advice: "The platform could not tell whether both belong to one organisation; nothing was " +
      "delivered. Try again in a minute",
  },
  {
    status: 403,
    words: /^access denied: workspaces cannot communicate/,
    advice: "Only parent, siblings and children can be written to: list_peers shows them",
  },
  {
    status: 403,
    words: /^tool call failed/,
    advice: "This workspace may not delegate: ask an administrator of the platform",
  },
  {
    status: 403,
    words: /^source workspace does not match/,
    advice:
      "The token belongs to another workspace: check WORKSPACE_ID against the token's workspace",
  },
  {
    status: 403,
    words: /^(only root workspaces can write GLOBAL|no writable namespace)/,
    advice: "The platform does not let this workspace write in that scope: use TEAM or LOCAL",
  },
  {
    status: 403,
    words: /^not a participant/,
    advice:
      "The request is between others: check_requests and list_inbox show this workspace's own",
  },
  {
    status: 403,
    words: /^not the recipient/,
    advice: "Only who is asked decides a request. One that you raised can be written to with " +
      "add_request_message, and taken back with cancel_request",
  },
  {
    status: 403,
    words: /^not the requester/,
    advice:
      "Only who raised a request takes it back. One that is addressed to you is answered with " +
      "respond_request",
  },
  {
    status: 404,
    words: /^request not found or already resolved/,
    advice: "Either it is closed, or there is none with this id: get_request shows which",
  },
  {
    status: 404,
    words: /^request not found$/,
    advice: "check_requests and list_inbox show which there are",
  },
  {
    status: 404,
    words: UNKNOWN_PATH,
    advice:
      "The platform does not know this address: it is older than the feature, or PLATFORM_URL " +
      "has a path that is not the platform's",
  },
  {
    status: 409,
    words: /platform agent/,
    advice: "This id belongs to the platform's own agent: check WORKSPACE_ID",
  },
  {
    status: 413,
    words: /^file exceeds per-file cap/,
    advice: (json) => `One file is over the platform's limit${limitOf(json, "max")}`,
  },
  {
    status: 413,
    words: /./,
    advice: (json) => `It is over the platform's limit${limitOf(json, "max_bytes")}: send less`,
  },
  {
    status: 500,
    words: /^could not stage files/,
    advice: "Platforms give this answer to an empty file: check whether one of them is empty",
  },
  {
    status: 503,
    words: /^memory plugin is not configured/,
    advice: `This platform keeps no memories (nothing was stored or searched); ${OPERATOR}`,
  },
  {
    status: 503,
    words:
      /^(platform_unavailable|platform datastore unavailable|cannot verify workspace credentials)/,
    advice: "The platform's database is away; the token is not at fault. Try again in a minute",
  },
  {
    status: 503,
    words: /^workspace has no URL/,
    advice:
      "The receiver is not connected and has no inbox: nothing was delivered. It has to come " +
      "online first",
  },
  {
    status: 503,
    words: /^workspace re-registering/,
    advice: "Nothing was delivered; the receiver is back when it has registered again",
  },
];

/**
 * Whether the platform said, in its own words, that it does not know the path: it is older than what was
 * asked for. An empty 404 is a hosted platform's that misses the organisation, a page is a web server's.
 */
export function isUnknownPath({ kind, status, words }: PlatformError): boolean {
  return kind === "not_routed" && status === 404 && UNKNOWN_PATH.test(words ?? "");
}

/**
 * What an answer of the platform means to a person, where its own words do not say it.
 *
 * @returns a sentence without its full stop
 */
export function plainWords({ status, json, text }: Answer): string | undefined {
  const words = json === undefined
    ? [text.trim()]
    : [textField(json, "error"), textField(json, "code")];
  const known = KNOWN.find((candidate) =>
    candidate.status === status &&
    words.some((each) => each !== undefined && candidate.words.test(each))
  );
  if (!known) return undefined;
  return typeof known.advice === "string" ? known.advice : known.advice(json);
}

function limitOf(json: unknown, name: string): string {
  const bytes = field(json, name);
  if (typeof bytes !== "number") return "";
  return ` of ${Math.floor(bytes / (1024 * 1024) * 10) / 10} MiB`;
}
