import { assert, assertEquals } from "@std/assert";
import { testUnless } from "../support/test_unless.ts";
import { NETWORK_CAUSES } from "./doctor/network_causes.ts";
import { CLOCK_CAUSES, PLATFORM_CAUSES, WORKSPACE_CAUSES } from "./doctor/platform_causes.ts";
import { CLIENT_CAUSES, PROGRAM_CAUSES } from "./doctor/program_causes.ts";
import { SETTINGS_CAUSES, STATE_CAUSES } from "./doctor/settings_causes.ts";
import { TOKEN_CAUSES } from "./doctor/token_causes.ts";
import { type Cause, Stage } from "./doctor/stage.ts";
import { told } from "./doctor/told.ts";

/** Only few of them may be named wrongly: of 40, two. */
const MAX_WRONG = 1 / 20;
const CAUSES: readonly Cause[] = [
  ...PROGRAM_CAUSES,
  ...SETTINGS_CAUSES,
  ...STATE_CAUSES,
  ...TOKEN_CAUSES,
  ...NETWORK_CAUSES,
  ...CLOCK_CAUSES,
  ...PLATFORM_CAUSES,
  ...WORKSPACE_CAUSES,
  ...CLIENT_CAUSES,
];
/** What each printed, for the table. */
const table: { name: string; right: boolean; first: string }[] = [];

Deno.test("nothing is wrong with a healthy machine", async () => {
  await using stage = await Stage.make();
  const { exitCode, first, findings } = await told(stage);
  assertEquals(first, undefined);
  assertEquals(exitCode, 0);
  assertEquals(findings.filter(({ mark }) => mark === "warn" || mark === "fail"), []);
});

for (const cause of CAUSES) {
  testUnless(cause.skip, `cause: ${cause.name}`, () => check(cause));
}

async function check(cause: Cause): Promise<void> {
  await using stage = await Stage.make(cause.platform);
  const { exitCode, first, findings } = await told(stage, await cause.build(stage));
  const right = first?.cause === cause.first;
  const said = first ? `${first.area}: ${first.text}.${first.next ? ` ${first.next}` : ""}` : "";
  table.push({ name: cause.name, right, first: said });
  const all = JSON.stringify(findings);
  assert(!all.includes(stage.token), `the token is shown: ${cause.name}`);
  assert(!all.includes("hunter22"), `a password is shown: ${cause.name}`);
  assertEquals(right ? exitCode : cause.exitCode, cause.exitCode, said);
  assert(findings.some((finding) => finding.cause === cause.first), `${cause.first} not in ${all}`);
  if (!right) console.log(`${cause.name}: expected ${cause.first} first, got ${first?.cause}`);
}

Deno.test("the right cause is named first in at least 38 of 40", () => {
  const right = table.filter((row) => row.right).length;
  console.log(`doctor: ${right} of ${table.length} causes named first`);
  const path = Deno.env.get("MOLECULE_DOCTOR_TABLE");
  if (path) Deno.writeTextFileSync(path, JSON.stringify(table, null, 1));
  assert(table.length >= 40, "at least 40 causes");
  assert(table.length - right <= table.length * MAX_WRONG, `${right} of ${table.length}`);
});
