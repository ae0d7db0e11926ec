import { errorText } from "../lib/error_text.ts";

/** Where a JSON text went wrong, without V8's message: that may quote a token. */
export function jsonPosition(error: unknown): string {
  const match = /position (\d+)/.exec(errorText(error));
  return match ? ` (at character ${match[1]})` : "";
}
