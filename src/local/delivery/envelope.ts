/**
 * The JSON-RPC envelope of an a2a call: how the proxy normalises the body; and the text of an
 * answer (src/platform/API.md, "The message of a call" and "Answers of the proxy").
 *
 * @module
 */
import { isAtLeast, type ServerVersion } from "../options.ts";
import { fail } from "../server/http.ts";
import { isObject, type Json, type JsonObject, parseJson, textOf } from "../state/json.ts";

/** A normalised call. */
export interface Envelope {
  body: JsonObject;
  /** The JSON-RPC method, for example `message/send`; empty when there is none. */
  method: string;
  /** The message's id, else a random one; by it the queue tells messages apart. */
  messageId: string;
  /** N3: the id by which a poll-mode target's log tells messages apart; undefined: it cannot. */
  mergeId?: string;
}

/**
 * Normalises a body: wraps one without `jsonrpc` (only `method` and `params` survive, as null when
 * they are absent) and gives the message an id. Returns the refusal when it cannot.
 */
export function normalise(text: string, version: ServerVersion): Envelope | Response {
  const parsed = parseJson(text);
  if (!isObject(parsed)) return fail(400, "invalid JSON");
  const body: JsonObject = "jsonrpc" in parsed ? { ...parsed } : {
    jsonrpc: "2.0",
    id: crypto.randomUUID(),
    method: parsed.method ?? null,
    params: parsed.params ?? null,
  };
  const method = textOf(body.method);
  const params = isObject(body.params) ? { ...body.params } : undefined;
  const message = isObject(params?.message) ? { ...params.message } : undefined;
  if (!params || !message) return { body, method, messageId: crypto.randomUUID() };

  if (isAtLeast({ version }, "n2")) {
    const refusal = modernise(message);
    if (refusal) return refusal;
  }
  body.params = { ...params, message };
  // N3 keeps even an id that is not one (empty, null, a number), and then cannot merge the message.
  if (!isAtLeast({ version }, "n3") || !("messageId" in message)) {
    message.messageId = textOf(message.messageId) || crypto.randomUUID();
  }
  const given = textOf(message.messageId) || undefined;
  const merges = version === "n3" && given !== undefined && method === "message/send";
  return {
    body,
    method,
    messageId: given ?? crypto.randomUUID(),
    mergeId: merges ? given : undefined,
  };
}

/** The text of an agent's answer: of its parts, else of its artifacts; undefined: it has none. */
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
  return parts.map(partText).join("");
}

/** The text of one part; empty when it has none. */
export function partText(part: Json): string {
  return isObject(part) ? textOf(part.text) : "";
}

/** N2: fills in the role, turns `content` into parts and the old key `type` into `kind`. */
function modernise(message: JsonObject): Response | undefined {
  message.role ??= "user";
  if (!("parts" in message)) {
    if (typeof message.content !== "string") {
      if (message.content != null) return fail(400, "invalid params.message.content type");
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
