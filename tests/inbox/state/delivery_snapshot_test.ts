import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  parseSnapshot,
  serialiseSnapshot,
  type Snapshot,
} from "../../../src/inbox/state/delivery_snapshot.ts";

const SNAPSHOT: Snapshot = {
  cursor: { id: "row-1", createdAt: "2026-05-06T09:20:05.000222Z" },
  mirrored: "row-0",
  above: ["row-3"],
  below: ["row-0", "row-1"],
};

Deno.test("a snapshot comes back from its text", () => {
  assertEquals(parseSnapshot(serialiseSnapshot(SNAPSHOT)), SNAPSHOT);
  const empty = { cursor: undefined, mirrored: undefined, above: [], below: [] };
  assertEquals(parseSnapshot(serialiseSnapshot(empty)), empty);
});

Deno.test("without a text there is no snapshot", () => {
  assertEquals(parseSnapshot(undefined), undefined);
});

Deno.test("a text with anything missing or of a wrong type is not a snapshot", () => {
  const whole: Record<string, unknown> = JSON.parse(serialiseSnapshot(SNAPSHOT));
  for (const name of Object.keys(whole)) {
    for (const value of [undefined, 7, {}, [7], [null], true]) {
      assertEquals(parseSnapshot(JSON.stringify({ ...whole, [name]: value })), undefined, name);
    }
  }
});

Deno.test("property: any text gives a snapshot or none", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const snapshot = parseSnapshot(text);
      if (snapshot) assertEquals(parseSnapshot(serialiseSnapshot(snapshot)), snapshot);
    }),
  );
});
