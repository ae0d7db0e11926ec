import * as z from "zod/mini";
import type { MemoryScope } from "../../platform/api/memories.ts";
import { ToolInputError } from "../support/errors.ts";

const SCOPES: readonly MemoryScope[] = ["LOCAL", "TEAM", "GLOBAL"];

/** A memory `scope`, advertised as an enum and read case-insensitively (`parseScope`). */
export function scopeArgument(description: string) {
  return z.optional(z.string().check(z.meta({ description, enum: SCOPES })));
}

/**
 * @param fallback what a scope that is left out or blank means, for the error
 * @returns `undefined` when it is left out or blank
 * @throws {ToolInputError} when it is not one of the three
 */
export function parseScope(value: string | undefined, fallback: string): MemoryScope | undefined {
  const name = value?.trim().toUpperCase();
  if (!name) return undefined;
  const scope = SCOPES.find((known) => known === name);
  if (scope) return scope;
  throw new ToolInputError(
    `Error: scope must be LOCAL, TEAM or GLOBAL; if it is left out, it means ${fallback}`,
  );
}
