import { assertEquals } from "@std/assert";
import { isUuid, UUID_PATTERN } from "../../src/lib/uuid.ts";

const UUID = "3c1d5a8e-42b7-4f60-8e19-9A7B6C5D4E3F";

Deno.test("a UUID of any version and case is one, and nothing around it", () => {
  const isOne = [UUID, UUID.toLowerCase(), UUID.toUpperCase(), "0".repeat(8) + UUID.slice(8)];
  for (const text of isOne) assertEquals(isUuid(text), true, text);
  const isNone = ["", ` ${UUID}`, `${UUID}\n`, UUID.slice(1), `${UUID}0`, UUID.replaceAll("-", "")];
  for (const text of [...isNone, UUID.replace("c", "g")]) assertEquals(isUuid(text), false, text);
});

Deno.test("one inside a longer pattern is found where it is", () => {
  assertEquals(new RegExp(`/(${UUID_PATTERN})/`).exec(`a/${UUID}/b`)?.[1], UUID);
});
