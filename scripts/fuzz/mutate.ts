import type { JsonObject } from "../../src/lib/json.ts";
import type { Random } from "../soak/random.ts";
import { goodMessage, type Ids } from "./messages.ts";
import { bytesOf } from "./oracle.ts";

const NEWLINE = 0x0a;
/** Just beyond what the program takes for a line. */
const TOO_LONG_BYTES = 33 * 1024 * 1024;
/** Of sessions; such a line costs as much as a hundred others. */
const TOO_LONG_SHARE = 1 / 4_000;

/** A line of a session: half of them are right, the others wrong in one way. */
export function line(random: Random, ids: Ids): Uint8Array {
  if (random.next() < TOO_LONG_SHARE) return new Uint8Array(TOO_LONG_BYTES).fill(0x78);
  const message = goodMessage(random, ids);
  if (random.next() < 0.5) return bytesOf(message);
  const bytes = random.pick<() => Uint8Array>([
    () => bytesOf(changed(random, message)),
    () => bytesOf(changed(random, message)),
    () => bytesOf(changed(random, changed(random, message))),
    () => bytesOf(batch(random, ids)),
    () => damaged(random, bytesOf(message)),
    () => damaged(random, bytesOf(message)),
    () => framed(random, bytesOf(message)),
    () => junk(random),
    () => nested(random, message),
    () =>
      text(random.pick(["", " ", "\r", "null", "[]", "{}", "7", '"ping"', "true", "[[]]", "[{}]"])),
  ])();
  // A line is a line.
  return bytes.map((byte) => byte === NEWLINE ? 0x20 : byte);
}

/** One member is another, or gone. */
function changed(random: Random, message: JsonObject): JsonObject {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(message).filter(([key]) => key !== name));
  const params = typeof message.params === "object" ? message.params : {};
  return random.pick<() => JsonObject>([
    () => ({
      ...message,
      id: random.pick<unknown>([null, 1.5, {}, [], true, "", -0, 2 ** 53, 1e300]),
    }),
    () => ({ ...message, params: random.pick<unknown>([null, null, [], [], 5, "x", [1], true]) }),
    () => ({ ...message, jsonrpc: random.pick<unknown>(["1.0", 2, null, "2.0 "]) }),
    () => ({ ...message, method: random.pick<unknown>([7, null, {}, "PING", "ping ", "\u0000"]) }),
    () => without(random.pick(["jsonrpc", "id", "method", "params"])),
    () => ({ ...message, params: { ...params, _meta: random.pick<unknown>([null, 7, [], {}]) } }),
    () => ({
      ...message,
      params: { ...params, name: random.pick<unknown>([null, 7, "", "constructor"]) },
    }),
    () => ({
      ...message,
      params: { ...params, arguments: random.pick<unknown>([null, 7, [], "x"]) },
    }),
    () => ({ ...message, params: { ...params, ["__proto__x"]: "\ud800\uffff\u0000" } }),
    () => ({
      ...message,
      params: { ...params, padding: "ä".repeat(random.pick([100, 70_000, 600_000])) },
    }),
  ])();
}

function batch(random: Random, ids: Ids): unknown[] {
  const size = random.pick([0, 1, 2, 3, 10]);
  return Array.from({ length: size }, () =>
    random.pick<() => unknown>([
      () => goodMessage(random, ids),
      () => goodMessage(random, ids),
      () => goodMessage(random, ids),
      () => changed(random, goodMessage(random, ids)),
      () => random.pick<unknown>([1, null, [], "x", {}]),
    ])());
}

/** Cut off, or with bytes that are others, gone, or there twice. */
function damaged(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.between(0, bytes.byteLength - 1);
  const to = Math.min(bytes.byteLength, at + random.between(1, 8));
  const [start, part, end] = [bytes.slice(0, at), bytes.slice(at, to), bytes.slice(to)];
  return random.pick<() => Uint8Array>([
    () => start,
    () => end,
    () => joined(start, part.map((byte) => byte ^ (1 << random.between(0, 7))), end),
    () => joined(start, end),
    () => joined(start, part, part, end),
    () => joined(start, junk(random).slice(0, 4), part, end),
  ])();
}

/** What some systems put around lines. */
function framed(random: Random, bytes: Uint8Array): Uint8Array {
  return joined(
    text(random.pick(["", " ", "\t ", "\ufeff"])),
    bytes,
    text(random.pick(["\r", " ", "\r", "\t\r", "\u0000", ",", "}"])),
  );
}

function junk(random: Random): Uint8Array {
  const bytes = new Uint8Array(random.pick([1, 4, 40, 400, 4_000]));
  return bytes.map(() => random.between(0, 255));
}

/** Deeper than any message, or as deep as it may be; closed or not. */
function nested(random: Random, message: JsonObject): Uint8Array {
  const depth = random.pick([10, 100, 400, 600, 5_000, 100_000]);
  const [open, close] = random.pick<[string, string]>([["[", "]"], ['{"a":', "}"]]);
  const value = open.repeat(depth) + (open === "[" ? "" : "0") +
    (random.next() < 0.8 ? close.repeat(depth) : "");
  if (random.next() < 0.3) return text(value);
  const whole = JSON.stringify({ ...message, params: { deep: "here" } });
  return text(whole.replace('"here"', () => value));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
