import { type Finding, findingsOf } from "./finding.ts";
import type { PlatformProbe } from "../probe/probe_platform.ts";

const { ok, warn, skip } = findingsOf("clock");
/** The Date header counts whole seconds, and answers take a few. */
const TOLERATED_MS = 60_000;
/** This program is not older: a clock that says so is wrong. */
const MADE = Date.UTC(2026, 10, 1);
const SET = Deno.build.os === "windows" ? "w32tm /resync" : "sudo timedatectl set-ntp true";

/** Compares this machine's clock with the platform's. */
export function checkClock(probes: readonly PlatformProbe[], nowMs: number): Finding[] {
  if (nowMs < MADE) {
    const text = `this machine's clock says ${day(nowMs)}, which is before this program was made`;
    return [warn("wrong", text, SET)];
  }
  for (const { health, record, answeredAtMs } of probes) {
    const header = record.headers?.get("date") ?? health.headers?.get("date") ?? "";
    const theirs = Date.parse(header);
    if (Number.isNaN(theirs)) continue;
    const offMs = answeredAtMs - theirs;
    if (Math.abs(offMs) <= TOLERATED_MS) return [ok("right", "within a minute of the platform's")];
    const direction = offMs > 0 ? "ahead of" : "behind";
    return [
      warn(
        "wrong",
        `this machine's clock is ${span(Math.abs(offMs))} ${direction} the platform's`,
        SET,
      ),
    ];
  }
  return [skip("unknown", "no answer to compare it with")];
}

function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
