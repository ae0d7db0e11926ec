import * as z from "zod/mini";

/** A string argument with its description. */
export function text(description: string): z.ZodMiniString {
  return z.string().check(z.describe(description));
}

/** An optional string argument; blank counts as absent wherever it is read. */
export function optionalText(description: string): z.ZodMiniOptional<z.ZodMiniString> {
  return z.optional(text(description));
}
