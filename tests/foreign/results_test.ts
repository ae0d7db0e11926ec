import { assertEquals } from "@std/assert";
import { Results } from "../../scripts/foreign/results.ts";
import { skippedName } from "../support/test_unless.ts";

/** What `deno test` writes, several files at a time and one alone. */
const OUTPUT = `
Task test deno run -A scripts/task.ts test "--bundled"
./tests/lib/json_test.ts => a field of an object ... ok (3ms)
./tests/lib/files/temp_file_test.ts => a name that => nobody has ... ok (1s)
./tests/e2e/end_test.ts => ${skippedName("SIGTERM ends it", "no signals")} ... ignored (0ms)
./tests/e2e/end_test.ts => it ends ... at once ... FAILED (5ms)
./tests/e2e/end_test.ts => it ends ... FAILED (12ms)
Uncaught error from ./tests/e2e/tls_test.ts FAILED
running 2 tests from ./tests/cli/help_test.ts
help is shown ... ok (2ms)
left alone ... ignored (0ms)
------- output -------
anything ... that a test writes
`;

Deno.test("tests are counted by folder, skipped ones by reason", () => {
  const results = resultsOf(OUTPUT);
  assertEquals(
    results.table("windows"),
    `
windows    passed  failed skipped
tests/cli       1       0       1
tests/e2e       0       2       1
tests/lib       2       0       0
together        3       2       2
   1 skipped: no signals
   1 skipped: no reason is given`.trimStart(),
  );
  assertEquals(results.summary(false), "FAILED | 3 passed | 2 failed | 2 ignored");
});

Deno.test("of a run without tests there is a table of none", () => {
  const results = resultsOf("error: Module not found\n");
  assertEquals(results.table("arm64").split("\n").length, 2);
  assertEquals(results.total, { passed: 0, failed: 0, skipped: 0 });
});

function resultsOf(output: string): Results {
  const results = new Results();
  for (const line of output.split("\n")) results.take(line);
  return results;
}
