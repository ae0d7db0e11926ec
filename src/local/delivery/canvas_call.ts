/**
 * What N3 adds to a call that comes from no workspace (src/platform/API.md, "What the receiver
 * sees" and "The platform's own words"): a context and, when a person at the canvas made the call,
 * who that was.
 *
 * @module
 */
import { isObject, type JsonObject } from "../state/json.ts";
import { type Envelope, partText } from "./envelope.ts";

/**
 * The envelope with the additions.
 *
 * @param fromPerson False for a notice of the platform, which says nothing about its source
 */
export function asCanvasCall(envelope: Envelope, targetId: string, fromPerson: boolean): Envelope {
  const { params } = envelope.body;
  if (!isObject(params) || !isObject(params.message)) return envelope;
  const message: JsonObject = { contextId: `canvas-${targetId}`, ...params.message };
  const metadata: JsonObject = {
    ...(isObject(params.metadata) && params.metadata),
    source: "canvas_user",
    user_identity_status: "UNAUTHENTICATED",
  };
  const more: JsonObject = fromPerson ? { metadata } : {};
  return { ...envelope, body: { ...envelope.body, params: { ...params, message, ...more } } };
}

/** The text of the message, as the user's chat shows it. */
export function contentOf(envelope: Envelope): string {
  const { params } = envelope.body;
  const message = isObject(params) ? params.message : undefined;
  const parts = isObject(message) && Array.isArray(message.parts) ? message.parts : [];
  return parts.map(partText).filter((text) => text !== "").join("\n");
}
