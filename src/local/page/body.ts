/**
 * Reading what a page sends, with a bound.
 *
 * @module
 */
import type * as z from "zod/mini";
import { readBody } from "../server/body.ts";
import { bind, mediaType } from "../server/http.ts";
import { Refused } from "./refused.ts";

/** The bytes of a request's body. @throws {Refused} when there are more, or they break off */
export async function readBytes(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBody(request, maxBytes);
  if (bytes === "gone") throw new Refused(400, "The request broke off.");
  if (bytes === "too large") {
    throw new Refused(413, `The request is too large: at most ${inWords(maxBytes)} are accepted.`);
  }
  return bytes;
}

/** A JSON body of the given shape. @throws {Refused} for any other */
export async function readJson<T extends z.ZodMiniType>(
  request: Request,
  maxBytes: number,
  shape: T,
): Promise<z.output<T>> {
  // A form of another site could send any other type, though not with our Origin.
  if (mediaType(request.headers) !== "application/json") {
    throw new Refused(415, "The request's body must be JSON.");
  }
  const value = bind(await readBytes(request, maxBytes), shape);
  if (value === undefined) {
    throw new Refused(400, "The request's body is not what is expected here.");
  }
  return value;
}

/** A number of bytes for people: `25 MiB`. */
export function inWords(bytes: number): string {
  const kib = bytes / 1024;
  if (kib < 1) return `${bytes} bytes`;
  return kib < 1024 ? `${Math.floor(kib)} KiB` : `${Math.floor(kib / 1024)} MiB`;
}
