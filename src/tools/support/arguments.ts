/**
 * The arguments that several tools take, and how they are read.
 *
 * @module
 */
import * as z from "zod/mini";

/** A string argument with its description. */
export function requiredString(description: string): z.ZodMiniString {
  return z.string().check(z.describe(description));
}

/** An optional string argument; wherever it is read, blank means left out. */
export function optionalString(description: string): z.ZodMiniOptional<z.ZodMiniString> {
  return z.optional(requiredString(description));
}

/**
 * The `source_workspace_id` of a tool, for `WorkspaceRouter.route`.
 *
 * @param role what the workspace does, to follow "Which of your workspaces"
 * @param fallback which one it is when the argument is left out
 */
export function sourceArgument(
  role: string,
  fallback: "the primary one" | "the one that sees the peer",
): z.ZodMiniOptional<z.ZodMiniString> {
  return optionalString(`Which of your workspaces ${role}. Default: ${fallback}.`);
}

/** The number of items that a tool returns. */
export interface LimitRange {
  /** The number when the agent gives none. */
  readonly fallback: number;
  /** The upper limit, whatever the agent asks for. */
  readonly max: number;
}

/** A `limit`, advertised as an integer; an invalid one becomes the default (`parseLimit`). */
export function limitArgument(items: string, { fallback, max }: LimitRange) {
  const description = `Number of ${items}; default ${fallback}, at most ${max}.`;
  return z.optional(z.number().check(z.meta({ description, type: "integer" })));
}

/** Anything but a whole number above 0 becomes the default, as in the reference. */
export function parseLimit(value: number | undefined, { fallback, max }: LimitRange): number {
  return value !== undefined && Number.isInteger(value) && value > 0
    ? Math.min(value, max)
    : fallback;
}
