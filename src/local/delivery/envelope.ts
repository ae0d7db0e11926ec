/**
 * The JSON-RPC envelope of an a2a call: what the proxy makes of the body, and the text of an
 * answer (platform-api 9.1, 9.3).
 *
 * @module
 */
import { fail, isObject, parseJson } from "../http.ts";
import type { Json, JsonObject } from "../store.ts";

/** A normalised call. */
export interface Envelope {
  body: JsonObject;
  /** The JSON-RPC method, for example `message/send`. */
  method: string;
  messageId: string;
}

/**
 * Normalises a body: wraps one without `jsonrpc` (only `method` and `params` survive) and gives
 * the message an id. Answers the refusal when it cannot.
 */
export function normalise(text: string, variant: "n1" | "n2"): Envelope | Response {
  const parsed = parseJson(text);
  if (!isObject(parsed)) return fail(400, "invalid JSON");
  const body: JsonObject = "jsonrpc" in parsed
    ? { ...parsed }
    : { jsonrpc: "2.0", id: crypto.randomUUID(), ...pick(parsed, ["method", "params"]) };
  const method = typeof body.method === "string" ? body.method : "";
  const params = isObject(body.params) ? { ...body.params } : undefined;
  const message = isObject(params?.message) ? { ...params.message } : undefined;
  if (!params || !message) return { body, method, messageId: crypto.randomUUID() };

  if (variant === "n2") {
    const refusal = modernise(message);
    if (refusal) return refusal;
  }
  const messageId = typeof message.messageId === "string" && message.messageId !== ""
    ? message.messageId
    : crypto.randomUUID();
  message.messageId = messageId;
  body.params = { ...params, message };
  return { body, method, messageId };
}

/** The text of an agent's answer: of its parts, else of its artifacts; undefined: no such text. */
export function replyText(reply: Json | undefined): string | undefined {
  if (!isObject(reply) || !isObject(reply.result)) return undefined;
  const { parts, artifacts } = reply.result;
  const fromParts = partsText(parts);
  if (fromParts !== "") return fromParts;
  if (!Array.isArray(artifacts)) return undefined;
  const texts = artifacts.map((item) => isObject(item) ? partsText(item.parts) : "");
  return texts.join("") || undefined;
}

function partsText(parts: Json | undefined): string {
  if (!Array.isArray(parts)) return "";
  return parts
    .map((part) => isObject(part) && typeof part.text === "string" ? part.text : "")
    .join("");
}

/** N2: fills in the role, turns `content` into parts and the old key `type` into `kind`. */
function modernise(message: JsonObject): Response | undefined {
  message.role ??= "user";
  if (!("parts" in message)) {
    if (typeof message.content !== "string") {
      return fail(
        400,
        "params.message must contain either 'parts' (v0.3) or 'content' (v0.2 compat)",
        { hint: "Put the text into params.message.parts: [{kind: 'text', text: …}]." },
      );
    }
    message.parts = [{ kind: "text", text: message.content }];
    delete message.content;
  }
  if (Array.isArray(message.parts)) message.parts = message.parts.map(renameType);
  return undefined;
}

function renameType(part: Json): Json {
  if (!isObject(part) || "kind" in part || part.type === undefined) return part;
  const { type, ...rest } = part;
  return { kind: type, ...rest };
}

function pick(source: JsonObject, keys: string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => key in source ? [[key, source[key] ?? null]] : []),
  );
}
