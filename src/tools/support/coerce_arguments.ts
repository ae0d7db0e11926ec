import type * as z from "zod/mini";
import { decodeJson, isObject } from "../../lib/json.ts";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Converts numbers, arrays and objects that an agent wrote as a string to the type that the schema
 * asks for, if they are unambiguous: anything else is left for the schema to refuse by name.
 */
export function coerceArguments(schema: z.ZodMiniObject, args: unknown): unknown {
  if (!isObject(args)) return args;
  const shape = schema._zod.def.shape;
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
      return [name, field && typeof value === "string" ? coerceText(typeOf(field), value) : value];
    }),
  );
}

/** The kind of an argument, whether or not it may be left out. */
function typeOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod;
  return def.type === "optional" && "innerType" in def
    ? typeOf(def.innerType as z.core.$ZodType)
    : def.type;
}

function coerceText(type: string, text: string): unknown {
  switch (type) {
    case "number":
      // Only decimal numbers, and not the empty text, which `Number` reads as 0.
      return NUMBER.test(text.trim()) && Number.isFinite(Number(text)) ? Number(text) : text;
    case "array": {
      const value = decodeJson(text);
      return Array.isArray(value) ? value : text;
    }
    case "object": {
      const value = decodeJson(text);
      return isObject(value) ? value : text;
    }
    default:
      return text;
  }
}
