import { assertEquals } from "@std/assert";
import {
  type ClassifiedRow,
  type ClassifyOptions,
  classifyRow,
  type InboxMessage,
} from "../../src/inbox/message.ts";

export const SELF = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";
export const PEER = "a94e07d2-5c13-4f8b-9e60-1b7d3c2f8a02";

/** A UUID for a small number. */
export function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/** An activity row with the members that the platform always sends, and these. */
export function row(members: Record<string, unknown>): Record<string, unknown> {
  return {
    id: idOf(1),
    workspace_id: SELF,
    activity_type: "a2a_receive",
    source_id: null,
    target_id: SELF,
    method: "message/send",
    summary: null,
    status: "ok",
    created_at: "2026-05-06T09:20:05.000222Z",
    ...members,
  };
}

/** Classifies for workspace SELF, which has uploaded nothing itself. */
export function classify(value: unknown, options: Partial<ClassifyOptions> = {}): ClassifiedRow {
  return classifyRow(value, {
    workspaceId: SELF,
    tagArrival: false,
    isSentFile: () => false,
    ...options,
  });
}

/** The row is a message with (at least) these fields. */
export function assertMessage(
  value: unknown,
  expected: Partial<InboxMessage>,
  options: Partial<ClassifyOptions> = {},
): void {
  const classified = classify(value, options);
  assertEquals(classified.kind, "message");
  if (classified.kind !== "message") return;
  const picked = Object.keys(expected).map((name) => [name, Reflect.get(classified.message, name)]);
  assertEquals(Object.fromEntries(picked), { ...expected });
}
