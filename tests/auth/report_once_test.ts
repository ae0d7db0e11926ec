import { assertEquals } from "@std/assert";
import { ReportOnce } from "../../src/auth/report_once.ts";

Deno.test("each different line is passed on once, at its first time", () => {
  const lines: string[] = [];
  const reporter = new ReportOnce((line) => lines.push(line));
  for (const line of ["a", "b", "a", "b", "c"]) reporter.tell(line);
  assertEquals(lines, ["a", "b", "c"]);
});
