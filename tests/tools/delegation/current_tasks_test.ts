import { assertEquals } from "@std/assert";
import { CurrentTasks } from "../../../src/tools/delegation/current_tasks.ts";

Deno.test("the newest task stands for all of a workspace's, until it has ended", () => {
  const tasks = new CurrentTasks();
  assertEquals(tasks.of("a"), undefined);
  const endOne = tasks.begin("a", "Delegating to Writer");
  assertEquals(tasks.of("a"), "Delegating to Writer");
  const endTwo = tasks.begin("a", "Delegating to Writer");
  tasks.begin("b", "Delegating to Scout");
  assertEquals(tasks.of("a"), "Delegating to Writer (and 1 more)");
  endTwo();
  endTwo();
  assertEquals(tasks.of("a"), "Delegating to Writer");
  endOne();
  assertEquals([tasks.of("a"), tasks.of("b")], [undefined, "Delegating to Scout"]);
});
