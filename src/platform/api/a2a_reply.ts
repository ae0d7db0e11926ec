import { field, isObject, textField } from "../../lib/json.ts";

/** What came back from a peer, or from the proxy in its place. */
export type A2aReply =
  /** The peer answered. */
  | { readonly kind: "answer"; readonly text: string }
  /** Delivered to a queue; the answer comes later, sending again would deliver it twice. */
  | { readonly kind: "queued"; readonly by: "poll" | "busy" | "later"; readonly queueId?: string }
  /** The peer, or JSON-RPC on the way, reported an error; perhaps without a word. */
  | { readonly kind: "error"; readonly message?: string; readonly code?: number }
  /** None of these. */
  | { readonly kind: "malformed" };

const NO_RESPONSE = "(no response)";
const AGENT_ERROR = /^Agent error:/;

/**
 * Classifies the body of a 2xx answer of the proxy (src/platform/API.md, "Answers of the proxy").
 * Total on any JSON.
 */
export function classifyReply(body: unknown): A2aReply {
  if (!isObject(body)) return { kind: "malformed" };
  const queueId = textField(body, "queue_id");
  if (body.queued === true) return { kind: "queued", by: "busy", ...(queueId && { queueId }) };
  const mode = textField(body, "delivery_mode");
  if (body.status === "queued" && mode !== undefined) {
    return { kind: "queued", by: mode === "poll" ? "poll" : "later" };
  }
  if (Object.hasOwn(body, "result")) {
    const text = answerText(body.result);
    return AGENT_ERROR.test(text) ? { kind: "error", message: text } : { kind: "answer", text };
  }
  if (Object.hasOwn(body, "error")) return errorReply(body.error);
  return { kind: "malformed" };
}

/**
 * Whether a delegation's preview is the proxy's queued envelope, not an answer
 * (src/platform/API.md, "List delegations").
 */
export function isQueuedEnvelope(preview: string): boolean {
  if (!preview.trimStart().startsWith("{")) return false;
  // A long envelope is cut at 300 bytes and no JSON any more: the keys still tell.
  return /"queued"\s*:\s*true|"status"\s*:\s*"queued"/.test(preview) &&
    /"(delivery_mode|delegation_id|queue_id)"\s*:/.test(preview);
}

function answerText(result: unknown): string {
  if (typeof result === "string") return result === "" ? NO_RESPONSE : result;
  const artifacts = field(result, "artifacts");
  const candidates = [
    partsText(field(result, "parts")),
    ...(Array.isArray(artifacts)
      ? [artifacts.map((artifact) => partsText(field(artifact, "parts"))).join("")]
      : []),
    partsText(field(field(result, "message"), "parts")),
    partsText(field(field(field(result, "status"), "message"), "parts")),
  ];
  return candidates.find((text) => text !== "") ?? NO_RESPONSE;
}

function partsText(parts: unknown): string {
  if (!Array.isArray(parts)) return "";
  return parts.map((part) => textField(part, "text") ?? "").join("");
}

function errorReply(error: unknown): A2aReply {
  if (!isObject(error)) {
    const words = typeof error === "string" ? error.trim() : "";
    return { kind: "error", ...(words && { message: words }) };
  }
  const message = textField(error, "message")?.trim();
  const code = error.code;
  const codeField = typeof code === "number" && Number.isInteger(code) ? { code } : {};
  return {
    kind: "error",
    ...(message && { message }),
    ...codeField,
  };
}
