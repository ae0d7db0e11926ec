import type { Settings } from "../config/settings.ts";
import type { Log } from "../safety/log.ts";
import { INBOX_DISABLED } from "./disabled.ts";
export function startInbox(_settings: Settings, _sessions: unknown, _log: Log, _signal: AbortSignal) {
  return Promise.resolve({
    unavailable: () => INBOX_DISABLED, peek: () => [], wait: () => Promise.resolve(undefined), pop: () => Promise.resolve(false), rememberUpload() {}, deliverTo(_p: unknown) {}, close: () => Promise.resolve(),
  });
}
