import { assertEquals } from "@std/assert";
import { BoundedMap } from "../../src/lib/bounded_map.ts";

Deno.test("of more than it holds, what was set longest ago is forgotten", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1).set("b", 2).set("c", 3);
  assertEquals([...map], [["b", 2], ["c", 3]]);
});

Deno.test("setting makes an entry the youngest, reading does not", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1).set("b", 2).set("a", 3).set("c", 4);
  assertEquals([...map], [["a", 3], ["c", 4]]);
  map.get("a");
  map.set("d", 5);
  assertEquals([...map.keys()], ["c", "d"]);
});
