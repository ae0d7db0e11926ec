import { PlatformError } from "../../platform/errors.ts";
import { isUuid } from "../../lib/uuid.ts";

/**
 * Whether the platform does not know the row: 410, or the 500 that a platform gives for what cannot
 * be a row's id, as a damaged cursor file may hold (platform-api 11.1).
 */
export function isUnknownPosition(error: unknown, position: string): boolean {
  if (!(error instanceof PlatformError)) return false;
  return error.kind === "gone" || (error.kind === "server" && !isUuid(position));
}
