import { classifyReply, isQueuedEnvelope } from "./a2a_reply.ts";
import { decodeJson, field, isObject, textField } from "../../lib/json.ts";

/** Previews are cut at 300 bytes plus three dots (src/platform/API.md, "List delegations"). */
const PREVIEW_BYTES = 300;

/** This program's summary of a delegation whose preview is not an answer. */
export const WAITS_IN_INBOX = "Delivered to the peer's inbox; the peer has not answered yet";
/** And of one whose preview is the peer's error. */
export const PEER_ERROR = "The peer answered with an error";

/** One row of the delegation log, with the reference's field names. */
export interface DelegationRow {
  readonly delegation_id: string;
  readonly target_id: string;
  readonly status: string;
  readonly summary: string;
  readonly response_preview?: string;
  /** The preview was cut by the platform. */
  readonly truncated?: true;
  /** The preview is not an answer: the task waits in the peer's inbox. */
  readonly awaiting_peer?: true;
  readonly error?: string;
  readonly created_at?: string;
}

/** A row, and whether it is the one that was written when the task was given. */
export interface ReadRow extends DelegationRow {
  readonly isRequest?: true;
}

/** Reads a row of `GET …/delegations` as far as it goes. Total on any JSON. */
export function delegationRow(value: unknown): ReadRow {
  const preview = textField(value, "response_preview");
  const createdAt = textField(value, "created_at");
  return {
    delegation_id: textField(value, "delegation_id") ?? "",
    target_id: textField(value, "target_id") ?? "",
    ...(isRequest(value, preview) ? requestFields(value) : resultFields(value, preview)),
    ...(createdAt !== undefined && { created_at: createdAt }),
  };
}

/**
 * A delegation has two rows, the request's and the result's, and no field tells them apart
 * (src/platform/API.md, "List delegations"). A ledger's entry is both in one.
 */
function isRequest(value: unknown, preview: string | undefined): boolean {
  if (field(value, "_ledger") === true) return false;
  return isBookkeeping(value, preview) ||
    (textField(value, "summary") ?? "").startsWith("Delegating to ");
}

/** The newest platform keeps its own id in the request row's answer, in every state of the task. */
function isBookkeeping(row: unknown, preview: string | undefined): boolean {
  const body = decodeJson(preview ?? "");
  return isObject(body) && Object.keys(body).join() === "delegation_id" &&
    body.delegation_id === textField(row, "delegation_id");
}

/**
 * A request row says "completed" once the task was handed over, even to an inbox where nobody has
 * read it: only the result's row knows of an answer. A task that could not be handed over has no
 * other row with its id.
 */
function requestFields(value: unknown) {
  const status = textField(value, "status") ?? "unknown";
  return {
    isRequest: true as const,
    status: status === "completed" ? "in_progress" : status,
    summary: textField(value, "summary") ?? "",
    ...errorField(value),
  };
}

function resultFields(value: unknown, preview: string | undefined) {
  const status = textField(value, "status") ?? "unknown";
  const summary = textField(value, "summary") ?? "";
  if (preview !== undefined && isQueuedEnvelope(preview)) {
    return {
      // S and N1 call a task completed once it lies in a poll-mode peer's inbox
      // (src/platform/API.md, "List delegations").
      status: "queued",
      summary: preview.includes('"delivery_mode"') ? WAITS_IN_INBOX : summary,
      awaiting_peer: true as const,
      ...errorField(value),
    };
  }
  const failure = status === "completed" ? failureIn(preview) : undefined;
  if (failure !== undefined) {
    return { status: "failed", summary: PEER_ERROR, error: failure };
  }
  return {
    status,
    summary,
    ...(preview !== undefined && previewFields(preview)),
    ...errorField(value),
  };
}

/** The platform calls a task completed as well when the peer's answer was a JSON-RPC error. */
function failureIn(preview: string | undefined): string | undefined {
  if (preview === undefined) return undefined;
  if (preview.startsWith("Agent error:")) return preview;
  if (!preview.trimStart().startsWith("{")) return undefined;
  const body = decodeJson(preview);
  if (isObject(body)) {
    if (!Object.hasOwn(body, "error")) return undefined;
    const reply = classifyReply(body);
    return reply.kind === "error" ? reply.message : undefined;
  }
  // Cut in the middle, it is no JSON any more; the keys still tell.
  const isError = /"error"\s*:\s*[{"]/.test(preview) && /"jsonrpc"\s*:/.test(preview) &&
    !/"result"\s*:/.test(preview);
  return isError ? preview : undefined;
}

function errorField(value: unknown): { error?: string } {
  const error = textField(value, "error") ?? textField(value, "error_detail");
  return error === undefined ? {} : { error };
}

function previewFields(preview: string): Pick<DelegationRow, "response_preview" | "truncated"> {
  const truncated = preview.endsWith("...") &&
    new TextEncoder().encode(preview).length >= PREVIEW_BYTES;
  return { response_preview: preview, ...(truncated && { truncated }) };
}
